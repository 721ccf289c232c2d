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
    let magnitudes = measurement.signed.map { $0.magnitude }
    let (examples, size) = (measurement.examples, measurement.layers * measurement.heads)
    let together = 64
    let batches = (resamples + together - 1) / together
    let parts = Mutex([Int: [Statistic]]())
    DispatchQueue.concurrentPerform(iterations: batches) { batch in
        let drawn = batch * together..<min((batch + 1) * together, resamples)
        let counts = drawn.map { drawnCounts(examples, seed: seed, resample: $0) }
        let means = weightedMeans(magnitudes, counts: counts, size: size)
        let part = drawn.indices.map { place in
            let start = (place - drawn.lowerBound) * size
            return statistic(Array(means[start..<start + size]))
        }
        parts.withLock { $0[batch] = part }
    }
    let made = parts.withLock { $0 }
    return (0..<batches).flatMap { made[$0] ?? [] }
}

/// Means of rows of `size` numbers, row i taken `counts[r][i]` times: [r, size].
///
/// Some hundred rows are summed in single precision, by a product with the counts, and those sums in double precision.
private func weightedMeans(_ rows: [Float], counts: [[Int32]], size: Int) -> [Double] {
    let all = rows.count / size
    var sums = [Double](repeating: 0, count: counts.count * size)
    for start in stride(from: 0, to: all, by: 256) {
        let block = start..<min(start + 256, all)
        let weights = counts.flatMap { $0[block].map(Float.init) }
        let values = Array(rows[block.lowerBound * size..<block.upperBound * size])
        let part = product(Matrix(weights, counts.count, block.count), Matrix(values, block.count, size))
        for index in sums.indices { sums[index] += Double(part[index]) }
    }
    return sums.map { $0 / Double(all) }
}
