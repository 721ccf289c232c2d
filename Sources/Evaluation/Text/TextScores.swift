import Kernels
public import Records
public import Statistics

/// How some texts do by a metric, line by line, so that lines can be drawn anew.
public struct TextScores: Sendable {
    /// The metric.
    public let metric: TextMetric
    /// The sums of each line: [line][sum].
    private let sums: [[Double]]

    /// Scores texts.
    public init(_ metric: TextMetric, _ pairs: [TextPair]) {
        self.metric = metric
        sums = pairs.map { metric.sums($0.hypothesis, $0.references) }
    }

    /// The value over all lines, in percent; nil where it is not defined, as an error rate of empty references.
    public var value: Double? { metric.value(totals { _ in 1 }) }

    /// The 95 % interval of the value, by drawing lines anew with replacement and corrected for their bias.
    public func interval(seed: Int, draws: Int = 1000) -> Interval? {
        biasCorrected(
            value, resampled(seed: seed, draws: draws), examples: sums.count, within: 0...(.infinity)
        ).interval
    }

    /// How much better or worse these texts do than others of the same lines.
    ///
    /// - Parameters:
    ///   - other: scores of the same metric and as many lines, in the same order.
    ///   - seed: random seed of what is drawn and exchanged.
    ///   - draws: how often lines are drawn anew for the interval, and exchanged at random for the chance.
    /// - Returns: the difference with its interval, both systems drawn on the same lines, and the chance of one as
    ///   large if it did not matter which system wrote which line: nil where a value is not defined.
    /// - Source: Koehn 2004 for the interval; Riezler and Maxwell 2005 for the chance (approximate randomisation).
    public func difference(from other: TextScores, seed: Int, draws: Int = 1000) -> TextDifference? {
        precondition(sums.count == other.sums.count, "\(sums.count) and \(other.sums.count) lines")
        guard let value, let before = other.value else { return nil }
        let differences = zip(
            resampled(seed: seed, draws: draws), other.resampled(seed: seed, draws: draws)
        ).map { now, before in now.flatMap { now in before.map { now - $0 } } }
        let found = value - before
        var asLarge = 1
        for draw in 0..<draws {
            var generator = SeededGenerator(seed: seed, stream: draws + draw)
            let isSwapped = sums.map { _ in generator.next() & 1 == 1 }
            let (a, b) = swapped(isSwapped, with: other)
            // Equal up to rounding counts as equal: the sums are added in another order.
            if let a, let b, abs(a - b) >= abs(found) - 1e-9 { asLarge += 1 }
        }
        return TextDifference(
            value: found, interval: biasCorrected(found, differences, examples: sums.count).interval,
            p: Double(asLarge) / Double(draws + 1))
    }

    private func resampled(seed: Int, draws: Int) -> [Double?] {
        (0..<draws).map { draw in
            let counts = drawnCounts(sums.count, seed: seed, resample: draw)
            return metric.value(totals { Double(counts[$0]) })
        }
    }

    /// The sums of all lines, each taken so many times.
    private func totals(_ times: (_ line: Int) -> Double) -> [Double] {
        var totals = [Double](repeating: 0, count: sums.first?.count ?? 0)
        for (line, sums) in sums.enumerated() {
            let times = times(line)
            if times != 0 { for i in sums.indices { totals[i] += times * sums[i] } }
        }
        return totals
    }

    /// The values of both systems with some lines exchanged.
    private func swapped(_ isSwapped: [Bool], with other: TextScores) -> (Double?, Double?) {
        let (a, b) = (totals { isSwapped[$0] ? 0 : 1 }, totals { isSwapped[$0] ? 1 : 0 })
        let (c, d) = (other.totals { isSwapped[$0] ? 1 : 0 }, other.totals { isSwapped[$0] ? 0 : 1 })
        return (metric.value(zip(a, c).map(+)), metric.value(zip(b, d).map(+)))
    }
}

/// What lies between two systems that wrote the same lines.
public struct TextDifference: Sendable, Equatable {
    /// The value minus the other's, in points of percent.
    public let value: Double
    /// Its 95 % interval.
    public let interval: Interval?
    /// The chance of a difference as large where there is none.
    public let p: Double
}
