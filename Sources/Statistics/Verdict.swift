/// What a test and an interval allow one to say of a difference. It is decided here and nowhere else.
public enum Verdict: String, Sendable, CaseIterable, Codable {
    /// The difference is not chance.
    case changed
    /// No difference larger than the margin is left in the interval.
    case unchanged
    /// Neither.
    case undecided

    /// The false discovery rate at which tests reject.
    public static let rate = 0.05
    /// The fewest examples that can decide: with five that all agree, signs alone would do so in 2 of 2⁵ = 6 %.
    public static let fewestExamples = 6

    /// Decides.
    ///
    /// - Parameters:
    ///   - q: the test's chance, adjusted for all tests beside it; NaN where there is no test.
    ///   - interval: where the difference lies, with 95 %.
    ///   - margin: a difference below it, on either side, is called none.
    ///   - examples: of the fewest, where two groups are compared.
    public init(q: Double, interval: Interval?, margin: Double, examples: Int) {
        if examples < Self.fewestExamples {
            self = .undecided
        } else if q <= Self.rate {
            self = .changed
        } else if let interval, interval.low >= -margin, interval.high <= margin {
            self = .unchanged
        } else {
            self = .undecided
        }
    }
}

/// What the sign of a head's mean score allows one to say.
public enum SignVerdict: String, Sendable, CaseIterable, Codable {
    /// The loss would rise without the head, to first order.
    case helps
    /// The loss would fall without it.
    case hurts
    /// The sign may be chance.
    case undecided

    /// Decides by a mean score, its q-value among all heads, and the number of examples.
    public init(signed: Double, q: Double, examples: Int) {
        if examples < Verdict.fewestExamples || !(q <= Verdict.rate) || signed == 0 {
            self = .undecided
        } else {
            self = signed < 0 ? .helps : .hurts
        }
    }
}

extension PairedChange {
    /// The part of the figure before below which a change of its mean is called none.
    public static let margin = 0.02

    /// What may be said of the change.
    ///
    /// - Parameter q: its chance, adjusted for the tests beside it.
    public func verdict(q: Double) -> Verdict {
        Verdict(
            q: q, interval: change.interval, margin: Self.margin * before.magnitude, examples: examples)
    }

    /// About how many examples would decide; `nil` where no number is near.
    public var examplesNeeded: Int? {
        guard let middle = change.value, let interval = change.interval else { return nil }
        let (reach, margin) = (interval.high - middle, Self.margin * before.magnitude)
        return fewest([
            neededExamples(examples, shrinking: reach, to: middle.magnitude),
            neededExamples(examples, shrinking: reach, to: margin - middle.magnitude),
        ])
    }
}

/// How many examples bring a reach, which falls with the root of their number, down to a wanted one; `nil` where none does.
public func neededExamples(_ examples: Int, shrinking reach: Double, to wanted: Double) -> Int? {
    guard wanted > 0, reach >= 0 else { return nil }
    let needed = Double(examples) * (reach / wanted) * (reach / wanted)
    return needed < 1e7 ? max(examples + 1, Int(needed.rounded(.up))) : nil
}

/// The least of some counts, those that are not known left out; `nil` where none is.
public func fewest(_ counts: [Int?]) -> Int? { counts.compactMap(\.self).min() }
