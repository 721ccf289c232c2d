import Statistics

/// The 95 % interval of an accuracy, by Wilson's method.
///
/// Examples of one group depend on each other: the number of examples is divided by how much more the accuracy varies
/// when groups are drawn than when examples are (the design effect, at least 1). Where all or none are right, that is
/// not known, and groups are counted.
func accuracyInterval(_ isRight: [Bool], _ folds: ProbeFolds) -> Interval {
    let (n, groups) = (Double(isRight.count), Double(folds.groups))
    let share = Double(isRight.count { $0 }) / n
    guard groups < n else { return wilsonInterval(share, of: n) }
    guard share > 0, share < 1, groups > 1 else { return wilsonInterval(share, of: groups) }
    var residuals = [Double](repeating: 0, count: Int(groups))
    for (isRight, group) in zip(isRight, folds.group) { residuals[group] += (isRight ? 1 : 0) - share }
    let variance = residuals.reduce(0) { $0 + $1 * $1 } * groups / (groups - 1) / (n * n)
    return wilsonInterval(share, of: min(n, share * (1 - share) / variance))
}

/// The 95 % interval of a mean over examples when their groups are drawn anew, 1,000 times.
func groupInterval(_ values: [Double], _ group: [Int], seed: Int) -> Interval? {
    let groups = (group.max() ?? -1) + 1
    var sums = [(sum: Double, count: Double)](repeating: (0, 0), count: groups)
    for (value, group) in zip(values, group) {
        sums[group] = (sums[group].sum + value, sums[group].count + 1)
    }
    let drawn = (0..<1000).map { draw -> Double? in
        let times = drawnCounts(groups, seed: seed, resample: draw)
        let total = zip(sums, times).reduce((0.0, 0.0)) {
            ($0.0 + Double($1.1) * $1.0.sum, $0.1 + Double($1.1) * $1.0.count)
        }
        return total.0 / total.1
    }
    let mean = values.reduce(0, +) / Double(values.count)
    return biasCorrected(mean, drawn, examples: groups, within: -1...1).interval
}
