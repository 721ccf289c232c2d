import Kernels
import Dispatch
import Statistics
import Synchronization

/// Patterns of a measurement whose examples were drawn anew, with replacement, `resamples` times.
///
/// Each resample counts how often every example was drawn and weighs the examples' |scores| with the counts. What is
/// drawn depends on the seed and the resample's number alone, never on threads.
///
/// - Parameters:
///   - measurement: the scores of each example.
///   - resamples: how often examples are drawn anew; above 0.
///   - seed: random seed of what is drawn.
///   - statistic: what to take from each resampled pattern [layer, head]; called from several threads.
/// - Returns: the statistic of each resample, in order.
public func bootstrap<Statistic: Sendable>(
    _ measurement: HeadMeasurement, resamples: Int = 1000, seed: Int = 0,
    _ statistic: @Sendable ([Double]) -> Statistic
) -> [Statistic] {
    precondition(resamples > 0, "\(resamples) resamples")
    let examples = measurement.examples
    return weightedMeans(
        of: measurement.signed.map { $0.magnitude }, examples: examples, draws: resamples,
        weights: { drawnCounts(examples, seed: seed, resample: $0).map(Float.init) }, statistic)
}

/// A statistic of means over examples that are weighted anew `draws` times: Σ w·x / examples.
///
/// - Parameters:
///   - rows: [example, head].
///   - weights: those of a draw: [example].
///   - statistic: what to take from each mean [head]; called from several threads.
/// - Returns: the statistic of each draw, in order.
func weightedMeans<Statistic: Sendable>(
    of rows: [Float], examples: Int, draws: Int, weights: @Sendable (Int) -> [Float],
    _ statistic: @Sendable ([Double]) -> Statistic
) -> [Statistic] {
    let size = rows.count / examples
    let blocks = stride(from: 0, to: examples, by: 256).map { start in
        let block = start..<min(start + 256, examples)
        return (
            block, Matrix(Array(rows[block.lowerBound * size..<block.upperBound * size]), block.count, size)
        )
    }
    let together = 64
    return concurrently((draws + together - 1) / together) { batch in
        let drawn = batch * together..<min((batch + 1) * together, draws)
        let means = blockedMeans(blocks, weights: drawn.map(weights))
        return drawn.indices.map { place in
            let start = (place - drawn.lowerBound) * size
            return statistic(Array(means[start..<start + size]))
        }
    }.flatMap(\.self)
}

/// The values of 0, 1, …, found by several threads.
func concurrently<Value: Sendable>(_ count: Int, _ value: @Sendable (Int) -> Value) -> [Value] {
    let found = Mutex([Int: Value]())
    DispatchQueue.concurrentPerform(iterations: count) { place in
        let made = value(place)
        found.withLock { $0[place] = made }
    }
    let made = found.withLock { $0 }
    return (0..<count).compactMap { made[$0] }
}

/// Means of the rows of all blocks, row i taken `weights[r][i]` times: [r, size].
///
/// A block's rows are summed in single precision, by a product with the weights, and blocks in double precision.
private func blockedMeans(_ blocks: [(rows: Range<Int>, numbers: Matrix)], weights: [[Float]]) -> [Double] {
    var sums: [Double] = []
    for block in blocks {
        let own = weights.flatMap { $0[block.rows] }
        let part = product(Matrix(own, weights.count, block.rows.count), block.numbers, exact: true)
        if sums.isEmpty { sums = [Double](repeating: 0, count: part.count) }
        for index in sums.indices { sums[index] += Double(part[index]) }
    }
    let all = blocks.last?.rows.upperBound ?? 1
    return sums.map { $0 / Double(all) }
}
