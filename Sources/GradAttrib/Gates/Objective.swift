import Transformers

/// What of an example is watched: one number F, always written as a loss, so that a sign means the same everywhere.
/// A head with a score below zero helps: without it F would be higher.
public enum Objective: String, Sendable, CaseIterable {
    /// The negative log-likelihood of the supervised tokens, by a ``Reduction``, in nats.
    case nll
    /// −log p of the whole answer without the token that ends it, in nats: summed, whatever the answer's length.
    case logProbability = "log-probability"
    /// The logit of another answer minus that of the example's own, where the two first part.
    ///
    /// - Source: Wang et al. 2022, *Interpretability in the Wild*, section 3.1, with the sign of a loss.
    case logitDifference = "logit-difference"
    /// The divergence KL(clean ‖ changed) of what the clean run foretells at the supervised tokens from what the changed
    /// run does, by a ``Reduction``, in nats. It is 0 at the clean run, where its gradient is too: it serves methods that leave the clean run.
    case divergence = "kl"

    /// A line for those who choose.
    public var explanation: String {
        switch self {
        case .nll: "negative log-likelihood of the supervised tokens, by --reduction"
        case .logProbability: "−log p of the whole answer without its end token, summed"
        case .logitDifference:
            "logit of the record's other_completion minus that of its completion, where they part"
        case .divergence:
            "KL(clean ‖ changed) at the supervised tokens, by --reduction; not for gradients at the clean run"
        }
    }

    /// Whether a ``Reduction`` says how tokens become one number; otherwise they are summed.
    public var isReduced: Bool { self == .nll || self == .divergence }
}

extension Probe {
    /// The marks of what an objective is taken on; an answer that is nothing but its end keeps it.
    func sequence(for objective: Objective) -> TokenSequence {
        guard objective == .logProbability, endsInMark, sequence.targetCount > 1,
            let last = sequence.supervised.lastIndex(of: true)
        else { return sequence }
        var marks = sequence.supervised
        marks[last] = false
        return TokenSequence(ids: sequence.ids, supervised: marks)
    }
}
