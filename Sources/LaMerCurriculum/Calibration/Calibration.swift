public import Statistics

/// What random facts do to a model's answers, and the threshold that follows from it.
///
/// Any sentence put before a query moves the answers, however little it has to do with it. With jitter of 0.5 nats on
/// each of four candidates, a quarter of irrelevant facts lies above the paper's 0.1. So random facts of similar
/// length are scored like the others, and a fact counts where it moves more than 95 % of them. Where facts are compared
/// with a random fact in their place, so are these: random against random, so that a fact of no relevance and a random
/// one cannot be told apart.
public struct Calibration: Sendable, Equatable {
    /// The relative entropy, in nats, from which a pair counts: the 95th percentile of random facts, or the floor.
    public let threshold: Double
    /// The relative entropies of all random facts, ascending, in nats.
    public let placebos: [Double]
    /// How many of the random facts are at or above a threshold that other queries' random facts set: each half of the
    /// queries is judged by the other. The interval is a bootstrap over queries.
    public let falseAlarms: Estimate

    /// The calibration that random facts give.
    ///
    /// - Parameters:
    ///   - byQuery: relative entropies of each query's random facts, in nats.
    ///   - floor: the least threshold; the paper's is 0.1.
    /// - Returns: nil where there are fewer than 20 random facts: no percentile to speak of.
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

    /// How likely a random fact reaches a relative entropy: (1 + those that do) / (1 + all).
    public func chance(of relativeEntropy: Double) -> Double {
        let below = placebos.partitioningIndex { $0 >= relativeEntropy }
        return Double(1 + placebos.count - below) / Double(1 + placebos.count)
    }

    /// The part of the pairs at or above the threshold that chance alone would put there, at most 1: the false discovery
    /// rate if no fact mattered more than a random one. nil where no pair is there.
    public func falseDiscoveries(among pairs: [Double]) -> Double? {
        let found = pairs.count { $0 >= threshold }
        guard found > 0 else { return nil }
        let share = Double(placebos.count { $0 >= threshold }) / Double(placebos.count)
        return min(1, share * Double(pairs.count) / Double(found))
    }
}
