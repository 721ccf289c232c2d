public import Statistics

/// How far two ways to score the same heads on the same examples agree.
public struct Agreement: Sendable, Equatable {
    /// The number of heads.
    public let heads: Int
    /// The correlation of the heads' mean scores.
    public let pearson: Estimate
    /// The correlation of their ranks.
    public let spearman: Estimate
    /// The share of heads whose mean scores have one sign; by chance a half.
    public let signs: Estimate

    /// Correlates means over examples; intervals are of a bootstrap that draws the same examples for both.
    ///
    /// - Parameters:
    ///   - a: Scores: [example, head].
    ///   - b: Scores of the same heads on the same examples.
    ///   - heads: Heads of all layers.
    ///   - sizes: Whether to compare the means of sizes, |score|, and not of signed scores.
    ///   - resamples: How often examples are drawn anew for the intervals.
    ///   - seed: Random seed of what is drawn.
    public init(
        _ a: [Float], _ b: [Float], heads: Int, sizes: Bool = false, resamples: Int = 1000, seed: Int = 0
    ) {
        precondition(
            heads > 0 && a.count == b.count && a.count % heads == 0, "\(a.count), \(b.count) of \(heads)")
        let examples = a.count / heads
        let (a, b) = sizes ? (a.map(abs), b.map(abs)) : (a, b)
        func statistics(_ counts: [Int32]) -> (pearson: Double?, spearman: Double?, signs: Double?) {
            let (x, y) = (drawnMeans(a, counts, heads), drawnMeans(b, counts, heads))
            let same = zip(x, y).count { ($0 < 0) == ($1 < 0) }
            return (Statistics.pearson(x, y), Statistics.spearman(x, y), Double(same) / Double(heads))
        }
        let whole = statistics([Int32](repeating: 1, count: examples))
        let drawn =
            examples > 1
            ? (0..<resamples).map { statistics(drawnCounts(examples, seed: seed, resample: $0)) } : []
        self.heads = heads
        pearson = biasCorrected(whole.pearson, drawn.map(\.pearson), examples: examples, within: -1...1)
        spearman = biasCorrected(
            whole.spearman, drawn.map(\.spearman), examples: examples, within: -1...1, isRough: true)
        signs = biasCorrected(
            whole.signs, drawn.map(\.signs), examples: examples, within: 0...1, isRough: true)
    }
}

/// The means of columns over rows, row i taken `counts[i]` times.
func drawnMeans(_ rows: [Float], _ counts: [Int32], _ width: Int) -> [Double] {
    var sums = [Double](repeating: 0, count: width)
    for (row, count) in counts.enumerated() where count > 0 {
        let weight = Double(count)
        for column in 0..<width { sums[column] += weight * Double(rows[row * width + column]) }
    }
    let total = Double(counts.reduce(0) { $0 + Int($1) })
    return sums.map { $0 / total }
}
