public import Statistics

/// The 95 % intervals of what a probe's reading comes to besides its accuracy, groups drawn anew 1,000 times; nil where
/// a draw lacks what a figure takes, such as texts of a label.
public struct ReadingIntervals: Sendable, Equatable {
    /// Of the mean over labels of their accuracy.
    public let balancedAccuracy: Interval?
    /// Of the area under the curve; nil for more than two labels, too.
    public let areaUnderCurve: Interval?
    /// Of the mean of −log p of the label.
    public let logLoss: Interval?

    /// The intervals of a reading.
    ///
    /// - Parameters:
    ///   - labels: the label of each text, from 0: [text].
    ///   - group: the group of each text: [text].
    ///   - draws: how often each group was drawn: [draw][group].
    init(_ reading: ProbeReading, labels: [Int], group: [Int], _ draws: [[Int32]]) {
        let groups = (group.max() ?? -1) + 1
        func interval(
            _ value: Double?, _ drawn: [Double?], within bounds: ClosedRange<Double>, isRough: Bool = false
        ) -> Interval? {
            biasCorrected(value, drawn, examples: groups, within: bounds, isRough: isRough).interval
        }
        let losses = GroupMean(reading.losses, group, groups)
        logLoss = interval(reading.logLoss, draws.map(losses.drawn), within: 0...Double.infinity)
        let shares = (0...(labels.max() ?? 0)).map { label in
            let members = labels.indices.filter { labels[$0] == label }
            return GroupMean(
                members.map { reading.isRight[$0] ? 1 : 0 }, members.map { group[$0] }, groups)
        }
        balancedAccuracy = interval(
            LinearProbes.balancedAccuracy(reading.isRight, labels),
            draws.map { times in
                let drawn = shares.compactMap { $0.drawn(times) }
                return drawn.count == shares.count ? drawn.reduce(0, +) / Double(drawn.count) : nil
            }, within: 0...1)
        guard !reading.scores.isEmpty else {
            areaUnderCurve = nil
            return
        }
        let curve = AreaUnderCurve(reading.scores, isPositive: labels.map { $0 == 1 })
        areaUnderCurve = interval(
            curve.value, draws.map { times in curve.value(weights: group.map { Double(times[$0]) }) },
            within: 0...1, isRough: true)
    }
}

/// Sums and counts of values by group, for the mean of drawn groups.
private struct GroupMean {
    private var sums, counts: [Double]

    init(_ values: [Double], _ group: [Int], _ groups: Int) {
        (sums, counts) = ([Double](repeating: 0, count: groups), [Double](repeating: 0, count: groups))
        for (value, group) in zip(values, group) {
            sums[group] += value
            counts[group] += 1
        }
    }

    /// The mean where each group counts as often as it was drawn; nil where no value was.
    func drawn(_ times: [Int32]) -> Double? {
        var (sum, count) = (0.0, 0.0)
        for group in times.indices {
            sum += Double(times[group]) * sums[group]
            count += Double(times[group]) * counts[group]
        }
        return count > 0 ? sum / count : nil
    }
}
