import Evaluation
public import Statistics

/// What a probe reads off more or less after training, at one place.
public struct ProbeChange: Sendable {
    /// The place.
    public let place: ProbePlace
    /// The accuracy afterwards minus the accuracy before.
    public let difference: Double
    /// Its 95 % interval, groups drawn anew.
    public let interval: Interval?
    /// Texts that were right only before, and only afterwards.
    public let lost: Int, won: Int
    /// The chance of as uneven a split (McNemar's test, exact).
    public let p: Double
    /// p corrected for the number of places (Benjamini and Hochberg).
    public let q: Double
}

/// Compares the same places' readings of the same texts.
public func probeChanges(
    from before: [ProbeResult], to after: [ProbeResult], _ folds: ProbeFolds, seed: Int
) -> [ProbeChange] {
    let later = Dictionary(uniqueKeysWithValues: after.map { ($0.place, $0.reading) })
    let pairs = before.compactMap { result in later[result.place].map { (result.place, result.reading, $0) } }
    let tests = pairs.map { _, before, after in
        PairedComparison(zip(before.isRight, after.isRight).map { ($0, $1) })
    }
    let q = benjaminiHochberg(tests.map(\.p))
    return pairs.indices.map { index in
        let (place, before, after) = pairs[index]
        let differences = zip(before.isRight, after.isRight).map { ($1 ? 1.0 : 0) - ($0 ? 1.0 : 0) }
        return ProbeChange(
            place: place, difference: tests[index].difference,
            interval: groupInterval(differences, folds.group, seed: seed), lost: tests[index].lost,
            won: tests[index].won, p: tests[index].p, q: q[index])
    }
}
