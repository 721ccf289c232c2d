import Foundation

/// What a fact does to the model's answer.
public enum ShiftKind: String, Sendable, CaseIterable {
    /// Another answer becomes the most likely.
    case flip
    /// The same answer, held more firmly: the entropy falls.
    case sharpen
    /// The same answer, held less firmly.
    case blur
}

extension AnswerBelief {
    /// −Σ p·log p, in nats.
    public var entropy: Double {
        -logProbabilities.reduce(0) { $0 + ($1.isFinite ? exp($1) * $1 : 0) }
    }

    /// The most likely candidate; the first of equals.
    public var best: Int {
        logProbabilities.indices.reduce(0) { logProbabilities[$1] > logProbabilities[$0] ? $1 : $0 }
    }

    /// log p − log(1 − p) of a candidate, in nats.
    public func logOdds(of candidate: Int) -> Double {
        let others = logProbabilities.indices.filter { $0 != candidate }.map { logProbabilities[$0] }
        return logProbabilities[candidate] - logSumExp(others)
    }
}

/// How a belief moved when a fact was told.
public struct BeliefShift: Sendable, Equatable {
    /// The belief without the fact, and with it.
    public let without, with: AnswerBelief
    /// KL(P ‖ Q), in nats.
    public let relativeEntropy: Double

    /// The way from one belief to the other, over the same candidates.
    public init(from without: AnswerBelief, to with: AnswerBelief) {
        (self.without, self.with) = (without, with)
        relativeEntropy = LaMerCurriculum.relativeEntropy(of: without, given: with)
    }

    /// The bounded, symmetric divergence, in nats.
    public var jensenShannon: Double { jensenShannonDivergence(without, with) }

    /// How the log-odds of the first choice moved, in nats: negative where the fact speaks against it.
    ///
    /// Relative entropy hardly sees a fact that confirms: with prior log-odds of 2, a shift of 1.2 nats against the first
    /// choice gives 0.1 nats, and towards it takes 1.7.
    public var logOddsShift: Double { with.logOdds(of: without.best) - without.logOdds(of: without.best) }

    /// What became of the first choice.
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
