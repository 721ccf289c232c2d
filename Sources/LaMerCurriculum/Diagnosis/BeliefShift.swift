import Statistics
import Foundation

/// What a fact does to the model's answer.
public enum ShiftKind: String, Sendable, CaseIterable {
    /// Another answer becomes the most likely.
    case flip
    /// The same answer, more certain: the entropy falls.
    case sharpen
    /// The same answer, less certain.
    case blur
}

extension AnswerBelief {
    /// −Σ p·log p, in nats.
    public var entropy: Double {
        -logProbabilities.reduce(0) { $0 + ($1.isFinite ? exp($1) * $1 : 0) }
    }

    /// The most likely candidate; the first of equals.
    public var best: Int { indexOfLargest(logProbabilities) }

    /// log p − log(1 − p) of a candidate, in nats.
    public func logOdds(of candidate: Int) -> Double {
        let others = logProbabilities.indices.filter { $0 != candidate }.map { logProbabilities[$0] }
        return logProbabilities[candidate] - logSumExp(others)
    }
}

/// The change of a belief when a fact is given.
public struct BeliefShift: Sendable, Equatable {
    /// The belief without the fact, and with it.
    public let without, with: AnswerBelief
    /// KL(P ‖ Q), in nats.
    public let relativeEntropy: Double

    /// The change from one belief to another, over the same candidates.
    public init(from without: AnswerBelief, to with: AnswerBelief) {
        (self.without, self.with) = (without, with)
        relativeEntropy = LaMerCurriculum.relativeEntropy(of: without, given: with)
    }

    /// The Jensen–Shannon divergence, in nats.
    public var jensenShannon: Double { jensenShannonDivergence(without, with) }

    /// How the log-odds of the first choice moved, in nats: negative where the fact speaks against it.
    ///
    /// RE stays near 0 when a fact confirms the first choice: with prior log-odds of 2, an RE of 0.1 nats
    /// takes a shift of 1.2 nats against the first choice, and of 1.7 towards it.
    public var logOddsShift: Double { with.logOdds(of: without.best) - without.logOdds(of: without.best) }

    /// Flip, sharpen or blur.
    public var kind: ShiftKind {
        with.best != without.best ? .flip : with.entropy < without.entropy ? .sharpen : .blur
    }

    /// Pointwise usable information of the fact about a candidate: log₂ q − log₂ p, in bits.
    ///
    /// - Source: Ethayarajh et al. 2022.
    public func usableInformation(about candidate: Int) -> Double {
        (with.logProbabilities[candidate] - without.logProbabilities[candidate]) / log(2)
    }
}
