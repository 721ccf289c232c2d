/// The metrics of a training step: a line of `metrics.jsonl`.
///
/// Its keys are `step`, `loss`, `grad_norm`, `learning_rate`, `tokens`, `seconds`, then `supervised_tokens` where it
/// is known, the objective's own figures by name, and `eval_<name>` for each number of an evaluation after the step.
public struct MetricsLine: Sendable, Equatable {
    /// The step, counted from 1.
    public var step: Int
    /// The loss of the step, before its update; for supervised training, the sum of token losses over the number of
    /// supervised tokens, in nats.
    public var loss: Float
    /// The L2 norm of the gradient of all trained weights, before clipping.
    public var gradNorm: Float
    /// The learning rate that the step used.
    public var learningRate: Double
    /// Tokens of the step, prompts included.
    public var tokens: Int
    /// Seconds that the step took.
    public var seconds: Double
    /// Supervised tokens of the step.
    public var supervisedTokens: Int?
    /// The means over the step's items of what else the objective reports, by name, such as `margin`.
    public var figures: [String: Double]
    /// Numbers of an evaluation after the step, by name, such as `loss`.
    public var evaluation: [String: Double]

    /// The metrics of a step.
    public init(
        step: Int, loss: Float, gradNorm: Float, learningRate: Double, tokens: Int, seconds: Double,
        supervisedTokens: Int? = nil, figures: [String: Double] = [:], evaluation: [String: Double] = [:]
    ) {
        self.step = step
        self.loss = loss
        self.gradNorm = gradNorm
        self.learningRate = learningRate
        self.tokens = tokens
        self.seconds = seconds
        self.supervisedTokens = supervisedTokens
        self.figures = figures
        self.evaluation = evaluation
    }
}

extension MetricsLine: Codable {
    private static let own: Set<String> = [
        "step", "loss", "grad_norm", "learning_rate", "tokens", "seconds", "supervised_tokens",
    ]

    /// Reads a line; other keys are figures where they hold numbers, and passed over where not.
    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: LogKey.self)
        step = try members.decode(Int.self, forKey: "step")
        loss = try members.decode(Float.self, forKey: "loss")
        gradNorm = try members.decode(Float.self, forKey: "grad_norm")
        learningRate = try members.decode(Double.self, forKey: "learning_rate")
        tokens = try members.decode(Int.self, forKey: "tokens")
        seconds = try members.decode(Double.self, forKey: "seconds")
        supervisedTokens = try members.decodeIfPresent(Int.self, forKey: "supervised_tokens")
        (evaluation, figures) = ([:], [:])
        for key in members.allKeys where !Self.own.contains(key.stringValue) {
            if let name = key.evaluationName {
                evaluation[name] = try members.decode(Double.self, forKey: key)
            } else {
                figures[key.stringValue] = try? members.decode(Double.self, forKey: key)
            }
        }
    }

    /// Writes the members in the order above, numbers of an evaluation by name.
    public func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: LogKey.self)
        try members.encode(step, forKey: "step")
        try members.encode(loss, forKey: "loss")
        try members.encode(gradNorm, forKey: "grad_norm")
        try members.encode(learningRate, forKey: "learning_rate")
        try members.encode(tokens, forKey: "tokens")
        try members.encode(seconds, forKey: "seconds")
        try members.encodeIfPresent(supervisedTokens, forKey: "supervised_tokens")
        for (name, value) in figures.sorted(by: { $0.key < $1.key }) {
            try members.encode(value, forKey: LogKey(name))
        }
        for (name, value) in evaluation.sorted(by: { $0.key < $1.key }) {
            try members.encode(value, forKey: LogKey(evaluation: name))
        }
    }
}
