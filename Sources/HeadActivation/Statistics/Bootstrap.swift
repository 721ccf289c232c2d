import Kernels
import Dispatch
import Statistics
import Synchronization

/// Patterns of a measurement whose examples were drawn anew, with replacement, `resamples` times.
///
/// Each resample counts how often every example was drawn and weighs the examples' |scores| with the counts. What is
/// drawn depends on the seed and the resample's number alone, never on threads.
///
/// - Parameter statistic: what to take from each resampled pattern [layer, head]; called from several threads.
/// - Returns: the statistic of each resample, in order.
public func bootstrap<Statistic: Sendable>(
    _ measurement: HeadMeasurement, resamples: Int = 1000, seed: Int = 0,
    _ statistic: @Sendable ([Double]) -> Statistic
) -> [Statistic] {
    precondition(resamples > 0, "\(resamples) resamples")
    let (examples, size) = (measurement.examples, measurement.layers * measurement.heads)
    let blocks = stride(from: 0, to: examples, by: 256).map { start in
        let rows = start..<min(start + 256, examples)
        let magnitudes = measurement.signed[rows.lowerBound * size..<rows.upperBound * size].map(\.magnitude)
        return (rows, Matrix(magnitudes, rows.count, size))
    }
    let together = 64
    let batches = (resamples + together - 1) / together
    let parts = Mutex([Int: [Statistic]]())
    DispatchQueue.concurrentPerform(iterations: batches) { batch in
        let drawn = batch * together..<min((batch + 1) * together, resamples)
        let counts = drawn.map { drawnCounts(examples, seed: seed, resample: $0) }
        let means = weightedMeans(blocks, counts: counts)
        let part = drawn.indices.map { place in
            let start = (place - drawn.lowerBound) * size
            return statistic(Array(means[start..<start + size]))
        }
        parts.withLock { $0[batch] = part }
    }
    let made = parts.withLock { $0 }
    return (0..<batches).flatMap { made[$0] ?? [] }
}

/// Means of the rows of all blocks, row i taken `counts[r][i]` times: [r, size].
///
/// A block's rows are summed in single precision, by a product with the counts, and blocks in double precision.
private func weightedMeans(_ blocks: [(rows: Range<Int>, numbers: Matrix)], counts: [[Int32]]) -> [Double] {
    var sums: [Double] = []
    for block in blocks {
        let weights = counts.flatMap { $0[block.rows].map(Float.init) }
        let part = product(Matrix(weights, counts.count, block.rows.count), block.numbers, exact: true)
        if sums.isEmpty { sums = [Double](repeating: 0, count: part.count) }
        for index in sums.indices { sums[index] += Double(part[index]) }
    }
    let all = blocks.last?.rows.upperBound ?? 1
    return sums.map { $0 / Double(all) }
}
