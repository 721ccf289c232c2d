import Transformers

/// The objective F of an example, always written as a loss, so that signs mean the same everywhere: a head
/// with a score below zero helps, because F would be higher without it.
public enum Objective: String, Sendable, CaseIterable {
    /// The negative log-likelihood of the supervised tokens, by a ``Reduction``, in nats.
    case nll
    /// −log p of the answer without its end-of-sequence token, summed over tokens, in nats.
    case logProbability = "log-probability"
    /// The logit of the other answer minus that of the example's own, at the first token in which they
    /// differ.
    ///
    /// - Source: Wang et al. 2022, *Interpretability in the Wild*, section 3.1, with the sign of a loss.
    case logitDifference = "logit-difference"
    /// KL(clean ‖ changed) of the predictions at the supervised tokens, by a ``Reduction``, in nats. In the
    /// clean run it is 0 and so is its gradient, so only methods that leave the clean run can use it.
    case divergence = "kl"

    /// A line for those who choose.
    public var explanation: String {
        switch self {
        case .nll: "negative log-likelihood of the supervised tokens, by the chosen reduction"
        case .logProbability: "−log p of the whole answer without its end token, summed"
        case .logitDifference:
            "logit of the record's other_completion minus that of its completion, where they part"
        case .divergence:
            "KL(clean ‖ changed) at the supervised tokens, by the chosen reduction; not for gradients at the clean run"
        }
    }

    /// Whether a ``Reduction`` says how tokens become one number; otherwise they are summed.
    public var isReduced: Bool { self == .nll || self == .divergence }
}

extension Probe {
    /// The supervised marks for this objective; an answer that consists only of its end token keeps it.
    func sequence(for objective: Objective) -> TokenSequence {
        guard objective == .logProbability, endsInMark, sequence.targetCount > 1,
            let last = sequence.supervised.lastIndex(of: true)
        else { return sequence }
        var marks = sequence.supervised
        marks[last] = false
        return TokenSequence(ids: sequence.ids, supervised: marks)
    }
}
