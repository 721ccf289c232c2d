/// A line of a file of robustness: the model as it is, or one module under one perturbation and seed.
public struct RobustnessLine: Codable, Sendable, Equatable {
    /// The module's path in the model's files; nil: the model as it is.
    public var module: String?
    /// `scale`, `noise` or `delta`.
    public var perturbation: String?
    /// s, η or α.
    public var strength: Double?
    /// The seed of what is drawn.
    public var seed: Int?
    /// The share of test prompts of label 1 that the frozen classifier takes for 1.
    public var accuracy: Double
    /// The accuracy of the model as it is, less this one.
    public var drop: Double
    /// The mean log-odds of these prompts.
    public var logit: Double
    /// The balanced accuracy of a classifier fitted anew.
    public var retrainedAccuracy: Double
    /// The mean cosine of final states with those of the model as it is.
    public var cosine: Double
    /// The mean refusal margin, in nats.
    public var margin: Double?
    /// The change of `logit` to first order, from one backward pass.
    public var firstOrder: Double?

    enum CodingKeys: String, CodingKey {
        case module, perturbation, strength, seed, accuracy, drop, logit, cosine, margin
        case retrainedAccuracy = "retrained_accuracy"
        case firstOrder = "first_order"
    }

    init(_ outcome: BehaviourOutcome, start: Double) {
        (accuracy, drop, logit) = (outcome.accuracy, start - outcome.accuracy, outcome.logit)
        (retrainedAccuracy, cosine) = (outcome.retrainedAccuracy, outcome.cosine)
        margin = outcome.margin
    }

    /// Writes every key, with null for what there is not.
    public func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encode(module, forKey: .module)
        try members.encode(perturbation, forKey: .perturbation)
        try members.encode(strength, forKey: .strength)
        try members.encode(seed, forKey: .seed)
        try members.encode(accuracy, forKey: .accuracy)
        try members.encode(drop, forKey: .drop)
        try members.encode(logit, forKey: .logit)
        try members.encode(retrainedAccuracy, forKey: .retrainedAccuracy)
        try members.encode(cosine, forKey: .cosine)
        try members.encode(margin, forKey: .margin)
        try members.encode(firstOrder, forKey: .firstOrder)
    }
}
