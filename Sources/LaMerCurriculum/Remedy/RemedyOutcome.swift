public import Statistics

/// What training did to the pairs of a diagnosis, with intervals from a bootstrap over queries: pairs of one query are not
/// independent.
public struct RemedyOutcome: Sendable {
    /// Every pair, before and after.
    public let pairs: [RemediedPair]
    /// The relative entropy from which pairs count, in nats: that of the diagnosis before.
    public let threshold: Double
    private let resamples: Int
    private let seed: Int

    /// Judges the pairs of a diagnosis by one that was made after training.
    ///
    /// - Parameters:
    ///   - recorded: the diagnosis before training.
    ///   - after: the same queries, in any order; a query that is missing, for it does not fit, is left out.
    ///   - trained: the pairs that examples were made for.
    ///   - resamples: how often queries are drawn anew for the intervals.
    ///   - seed: random seed of what is drawn.
    public init(
        _ recorded: RecordedDiagnosis, after: [DiagnosedQuery], trained: Set<TrainedPair>,
        resamples: Int = 1000, seed: Int = 0
    ) {
        let found = Dictionary(
            after.map { ($0.subject.query.id, $0) }, uniquingKeysWith: { first, _ in first })
        var places: [String: Int] = [:]
        var pairs: [RemediedPair] = []
        for pair in recorded.pairs {
            let place = places[pair.queryID, default: 0]
            places[pair.queryID] = place + 1
            guard let query = found[pair.queryID], place < query.shifts.count else { continue }
            pairs.append(
                RemediedPair(
                    pair, isTrained: trained.contains(TrainedPair(queryID: pair.queryID, fact: pair.fact)),
                    after: PairState(query, fact: place), threshold: recorded.threshold))
        }
        (self.pairs, threshold) = (pairs, recorded.threshold)
        (self.resamples, self.seed) = (resamples, seed)
    }

    /// How many pairs came to something.
    public func count(of outcome: PairOutcome, where isCounted: (RemediedPair) -> Bool = { _ in true }) -> Int
    {
        pairs.count { $0.outcome == outcome && isCounted($0) }
    }

    /// The mean of a figure over the pairs for which there is one.
    public func mean(_ figure: (RemediedPair) -> Double?) -> Estimate {
        var (order, sums) = ([String](), [String: (sum: Double, count: Double)]())
        for pair in pairs {
            if sums[pair.pair.queryID] == nil {
                order.append(pair.pair.queryID)
                sums[pair.pair.queryID] = (0, 0)
            }
            guard let value = figure(pair) else { continue }
            sums[pair.pair.queryID]?.sum += value
            sums[pair.pair.queryID]?.count += 1
        }
        return ratio(order.compactMap { sums[$0] }, resamples: resamples, seed: seed)
    }

    /// Of the pairs that lacked something, the part that is remedied.
    public func remedied(where isCounted: (RemediedPair) -> Bool = { _ in true }) -> Estimate {
        share { isCounted($0) && $0.wasLacking ? $0.outcome == .remedied : nil }
    }

    /// Of the pairs that lacked something, the part in which the answer is now the one that the fact gave before.
    public func adopted(where isCounted: (RemediedPair) -> Bool = { _ in true }) -> Estimate {
        share { isCounted($0) && $0.wasLacking ? $0.isAdopted : nil }
    }

    /// By how much RE* of the pairs that lacked something changed, in nats.
    public func change(where isCounted: (RemediedPair) -> Bool = { _ in true }) -> Estimate {
        mean { isCounted($0) && $0.wasLacking ? $0.after.calibrated - $0.before.calibrated : nil }
    }

    /// Of the pairs that did not count, the part that now does.
    public var broken: Estimate {
        share { pair in
            switch pair.outcome {
            case .newlyBroken: true
            case .sound: false
            default: nil
            }
        }
    }

    /// Whether fewer pairs lack their fact than before, tested by swapping before and after within queries; `nil` where
    /// all pairs lacked it before, so that none could come to.
    ///
    /// Both states are judged by ``PairState/isLacking(from:)``. Without an effect as many pairs come to lack their fact
    /// as cease to. For one pair a query this is McNemar's exact test.
    public var net: RemedyTest? {
        var (ceased, began, hasSound) = (0, 0, false)
        var byQuery: [String: Double] = [:]
        for pair in pairs {
            let (before, after) = (
                pair.before.isLacking(from: threshold), pair.after.isLacking(from: threshold)
            )
            if before && !after { ceased += 1 }
            if after && !before { began += 1 }
            hasSound = hasSound || !before
            byQuery[pair.pair.queryID, default: 0] += (after ? 1 : 0) - (before ? 1 : 0)
        }
        guard hasSound else { return nil }
        let differences = byQuery.sorted { $0.key < $1.key }.map(\.value)
        let p = signFlipP(differences, seed: seed)
        return RemedyTest(
            ceased: ceased, began: began, p: p,
            verdict: Verdict(q: p, interval: nil, margin: 0, examples: differences.count))
    }

    /// The share of the pairs for which something holds, of those that are judged. Where it holds for none or for all,
    /// drawing anew says nothing, and the interval is Wilson's over the queries.
    private func share(_ holds: (RemediedPair) -> Bool?) -> Estimate {
        let found = mean { pair in holds(pair).map { $0 ? 1 : 0 } }
        guard let value = found.value, value == 0 || value == 1 else { return found }
        let queries = Double(Set(pairs.filter { holds($0) != nil }.map(\.pair.queryID)).count)
        return Estimate(value: value, interval: wilsonInterval(value, of: queries))
    }
}

/// Pairs that ceased to lack their fact beside those that came to, and whether chance explains it.
public struct RemedyTest: Sendable, Equatable {
    /// Pairs that lacked their fact and do not now, and pairs that did not and now do: about as many of the first as
    /// there are of the second, chance explains.
    public let ceased, began: Int
    /// The chance of so uneven a split without an effect.
    public let p: Double
    /// What may be said of it.
    public let verdict: Verdict
}

/// A pair that examples were made for.
public struct TrainedPair: Hashable, Sendable {
    let queryID, fact: String

    /// The pair of a query and a fact.
    public init(queryID: String, fact: String) { (self.queryID, self.fact) = (queryID, fact) }
}

/// The sum of figures over their count, with the interval that drawing the groups anew gives it.
func ratio(_ groups: [(sum: Double, count: Double)], resamples: Int, seed: Int) -> Estimate {
    func value(_ weight: (Int) -> Double) -> Double? {
        let count = groups.indices.reduce(0) { $0 + weight($1) * groups[$1].count }
        return count > 0 ? groups.indices.reduce(0) { $0 + weight($1) * groups[$1].sum } / count : nil
    }
    let counted = groups.count { $0.count > 0 }
    guard counted > 1 else { return Estimate(value: value { _ in 1 }, interval: nil) }
    // Without any of the few groups that count a resample says nothing; it is drawn, and left out.
    let drawn = (0..<resamples).compactMap { resample in
        let counts = drawnCounts(groups.count, seed: seed, resample: resample)
        return value { Double(counts[$0]) }
    }
    let own = value { _ in 1 }
    let leftOut = groups.indices.compactMap { left in value { $0 == left ? 0 : 1 } }
    return Estimate(
        value: own, interval: own.flatMap { acceleratedInterval($0, drawn: drawn, leftOut: leftOut) })
}
