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
    /// The log-loss afterwards less the log-loss before, in nats: below 0 where more can be read off.
    public let logLossDifference: Double
    /// Texts that were right only before, and only afterwards.
    public let lost: Int, won: Int
    /// The chance of such a difference where there is none: McNemar's exact test; where groups have several texts,
    /// Student's test of their mean differences, for texts of one group depend on each other.
    public let p: Double
    /// p corrected for the number of places (Benjamini and Hochberg).
    public let q: Double
    /// `changed` or `undecided`; fewer than six groups decide nothing.
    public let verdict: Verdict
}

/// Compares the same places' readings of the same texts.
public func probeChanges(
    from before: [ProbeResult], to after: [ProbeResult], _ folds: ProbeFolds, seed: Int
) -> [ProbeChange] {
    let later = Dictionary(uniqueKeysWithValues: after.map { ($0.place, $0.reading) })
    let pairs = before.compactMap { result in later[result.place].map { (result.place, result.reading, $0) } }
    let splits = pairs.map { _, before, after in
        PairedComparison(zip(before.isRight, after.isRight).map { ($0, $1) })
    }
    let p = zip(pairs, splits).map { pair, split in
        folds.isGrouped ? groupedP(pair.1, pair.2, folds) : split.p
    }
    let q = benjaminiHochberg(p)
    return pairs.indices.map { index in
        let (place, before, after) = pairs[index]
        let differences = zip(before.isRight, after.isRight).map { ($1 ? 1.0 : 0) - ($0 ? 1.0 : 0) }
        return ProbeChange(
            place: place, difference: splits[index].difference,
            interval: groupInterval(differences, folds.group, seed: seed),
            logLossDifference: after.logLoss - before.logLoss, lost: splits[index].lost,
            won: splits[index].won, p: p[index], q: q[index],
            verdict: Verdict(q: q[index], interval: nil, margin: 0, examples: folds.groups))
    }
}

/// Student's paired test over groups; 1 where no group's accuracy differs.
private func groupedP(_ before: ProbeReading, _ after: ProbeReading, _ folds: ProbeFolds) -> Double {
    let (old, new) = (folds.means(of: before.isRight), folds.means(of: after.isRight))
    return old == new ? 1 : PairedChange(before: old, after: new).p
}

extension ProbeFolds {
    /// The share of each group's examples that something holds for: [group].
    fileprivate func means(of holds: [Bool]) -> [Double] {
        var sums = [(holding: Double, count: Double)](repeating: (0, 0), count: groups)
        for (group, holds) in zip(group, holds) {
            sums[group].count += 1
            if holds { sums[group].holding += 1 }
        }
        return sums.map { $0.holding / $0.count }
    }
}
