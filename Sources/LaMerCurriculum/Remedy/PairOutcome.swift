import Statistics

/// What became of a pair of query and fact when the model was trained.
public enum PairOutcome: String, Sendable, CaseIterable, Codable {
    /// It counted, and the model now gives untold the answer that it gives when told the fact.
    case remedied
    /// It counted, and still does.
    case unchanged
    /// It counted, but would have been called remedied without any training.
    case borderline
    /// It did not count, and now does.
    case newlyBroken = "newly_broken"
    /// It did not count, and does not now.
    case sound
}

/// A model's answers to a query without a fact and with it.
public struct PairState: Sendable, Equatable {
    /// KL(P ‖ Q), in nats.
    public let relativeEntropy: Double
    /// The same less the mean of the query's random facts; the same where there are none.
    public let calibrated: Double
    /// The beliefs told nothing and told the fact: [candidate].
    public let untold, told: [Double]

    /// The likeliest answer without the fact; the first of equals.
    public var untoldBest: Int { indexOfLargest(untold) }
    /// The likeliest answer with the fact.
    public var toldBest: Int { indexOfLargest(told) }

    /// What a diagnosis recorded.
    public init(_ pair: DiagnosisLine) {
        (relativeEntropy, calibrated) = (pair.relativeEntropy, pair.calibrated ?? pair.relativeEntropy)
        (untold, told) = (pair.untold, pair.told)
    }

    /// What a diagnosis found for a fact of a query.
    public init(_ query: DiagnosedQuery, fact: Int) {
        let (shift, placebos) = (query.shifts[fact], query.placebos)
        relativeEntropy = shift.relativeEntropy
        let random = placebos.reduce(0) { $0 + $1.relativeEntropy } / Double(max(1, placebos.count))
        calibrated = shift.relativeEntropy - random
        (untold, told) = (query.belief.probabilities, shift.with.probabilities)
    }

    /// Whether the fact adds nothing: RE* is below the threshold, and the first choice is the same with it and without.
    public func isSettled(below threshold: Double) -> Bool {
        calibrated < threshold && untoldBest == toldBest
    }

    /// Whether the model lacks the fact: RE reaches the threshold, and the pair is not settled. One rule for both
    /// states, so that they can be exchanged where nothing happened.
    public func isLacking(from threshold: Double) -> Bool {
        relativeEntropy >= threshold && !isSettled(below: threshold)
    }
}

/// A pair before and after training.
public struct RemediedPair: Sendable {
    /// The pair as it was diagnosed.
    public let pair: DiagnosisLine
    /// Whether the model was trained on examples for it.
    public let isTrained: Bool
    /// The model's answers before and after.
    public let before, after: PairState
    /// What became of it.
    public let outcome: PairOutcome

    /// Judges a pair.
    ///
    /// A pair that counted is remedied if its fact adds nothing afterwards; if that was so before, for RE* is less than
    /// RE, training is not to be praised for it. A pair that did not count is broken if RE* reaches the threshold.
    public init(_ pair: DiagnosisLine, isTrained: Bool, after: PairState, threshold: Double) {
        let before = PairState(pair)
        (self.pair, self.isTrained, self.before, self.after) = (pair, isTrained, before, after)
        if pair.relativeEntropy >= threshold {
            outcome =
                before.isSettled(below: threshold)
                ? .borderline : after.isSettled(below: threshold) ? .remedied : .unchanged
        } else {
            outcome = after.calibrated >= threshold ? .newlyBroken : .sound
        }
    }

    /// Whether the model now gives untold the answer that it gave before when it was told the fact.
    public var isAdopted: Bool { after.untoldBest == before.toldBest }
    /// Whether the pair counted, and was not settled.
    public var wasLacking: Bool { outcome == .remedied || outcome == .unchanged }
}
