public import Statistics

/// The threshold for RE, from the RE of random facts (placebos).
///
/// Any sentence before a query changes the answers somewhat, even if it is irrelevant. With noise of 0.5 nats
/// on each of four candidates, a quarter of irrelevant facts has an RE above the paper's 0.1. So random facts
/// of similar length are scored like the others, and a fact counts if its RE is above that of 95 % of them.
/// If facts are compared with a stand-in (a random fact in their place), so are the random facts; an
/// irrelevant fact is then distributed like a random one.
public struct Calibration: Sendable, Equatable {
    /// The smallest RE of a pair that counts, in nats: the 95th percentile of random facts, at least the
    /// floor.
    public let threshold: Double
    /// The relative entropies of all random facts, ascending, in nats.
    public let placebos: [Double]
    /// The share of random facts at or above a threshold set by other queries' random facts (two-fold: each
    /// half of the queries sets the threshold of the other). The interval is a bootstrap over queries.
    public let falseAlarms: Estimate

    /// The calibration that random facts give.
    ///
    /// - Parameters:
    ///   - byQuery: relative entropies of each query's random facts, in nats.
    ///   - floor: the least threshold; the paper's is 0.1.
    ///   - resamples: how often queries are drawn anew for the interval of the rate of false alarms.
    ///   - seed: random seed of what is drawn.
    /// - Returns: nil for fewer than 20 random facts, too few for a percentile.
    public init?(byQuery: [[Double]], floor: Double, resamples: Int = 1000, seed: Int) {
        placebos = byQuery.flatMap(\.self).sorted()
        guard placebos.count >= 20 else { return nil }
        func threshold(_ values: [Double]) -> Double { max(floor, quantile(values.sorted(), 0.95) ?? floor) }
        self.threshold = threshold(placebos)
        let halves = (0..<2).map { half in
            threshold(byQuery.indices.filter { $0 % 2 == half }.flatMap { byQuery[$0] })
        }
        let alarms = byQuery.indices.map { query in
            byQuery[query].count { $0 >= halves[1 - query % 2] }
        }
        func rate(_ weights: [Int32]) -> Double? {
            let facts = zip(weights, byQuery).reduce(0) { $0 + Int($1.0) * $1.1.count }
            let found = zip(weights, alarms).reduce(0) { $0 + Int($1.0) * $1.1 }
            return facts == 0 ? nil : Double(found) / Double(facts)
        }
        let drawn = (0..<resamples).map { rate(drawnCounts(byQuery.count, seed: seed, resample: $0)) }
        falseAlarms = biasCorrected(
            rate(byQuery.map { _ in 1 }), drawn, examples: byQuery.count, within: 0...1)
    }

    /// The p-value of an RE under random facts: (1 + number that reach it) / (1 + number of all).
    public func chance(of relativeEntropy: Double) -> Double {
        let below = placebos.partitioningIndex { $0 >= relativeEntropy }
        return Double(1 + placebos.count - below) / Double(1 + placebos.count)
    }

    /// The share of the pairs at or above the threshold that chance alone would give, at most 1: an estimate
    /// of the false discovery rate. nil if there is no such pair.
    public func falseDiscoveries(among pairs: [Double]) -> Double? {
        let found = pairs.count { $0 >= threshold }
        guard found > 0 else { return nil }
        let share = Double(placebos.count { $0 >= threshold }) / Double(placebos.count)
        return min(1, share * Double(pairs.count) / Double(found))
    }
}
