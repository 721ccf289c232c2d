public import Training

/// What a run minimises.
public enum RunObjective: String, Codable, Sendable, CaseIterable {
    /// The loss of the supervised tokens.
    case supervised
    /// A loss of pairs of answers, one of which is preferred.
    case preference
}

/// How a run learns from pairs of answers.
public struct PreferencePlan: Codable, Sendable, Equatable {
    /// `preference`, as a flag names it.
    public private(set) var objective = RunObjective.preference
    /// The form of the loss.
    public var loss: PreferenceLoss.Form
    /// How strongly the model is held to its reference.
    public var beta: Double
    /// The share of pairs that are thought to be the wrong way round.
    public var labelSmoothing: Double
    /// The weight of the chosen answer's supervised loss.
    public var supervisedWeight: Double

    enum CodingKeys: String, CodingKey {
        case objective, loss, beta
        case labelSmoothing = "label_smoothing"
        case supervisedWeight = "sft_weight"
    }

    /// A plan.
    public init(
        loss: PreferenceLoss.Form = .sigmoid, beta: Double = 0.1, labelSmoothing: Double = 0,
        supervisedWeight: Double = 0
    ) {
        (self.loss, self.beta) = (loss, beta)
        (self.labelSmoothing, self.supervisedWeight) = (labelSmoothing, supervisedWeight)
    }

    /// The loss of a pair.
    var pairLoss: PreferenceLoss {
        PreferenceLoss(loss, beta: beta, labelSmoothing: labelSmoothing, supervisedWeight: supervisedWeight)
    }
}
