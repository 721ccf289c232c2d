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
    let workers = 8
    let parts = Mutex([Int: [Statistic]]())
    DispatchQueue.concurrentPerform(iterations: workers) { worker in
        var part: [Statistic] = []
        let size = measurement.layers * measurement.heads
        for resample in (resamples * worker / workers)..<(resamples * (worker + 1) / workers) {
            let counts = drawnCounts(measurement.examples, seed: seed, resample: resample)
            part.append(statistic(weightedMean(magnitudes, counts: counts, size: size)))
        }
        parts.withLock { $0[worker] = part }
    }
    let made = parts.withLock { $0 }
    return (0..<workers).flatMap { made[$0] ?? [] }
}

/// The mean of rows of `size` numbers, row i taken `counts[i]` times.
///
/// Rows are summed 32 at a time in single precision and those sums in double precision.
private func weightedMean(_ rows: [Float], counts: [Int32], size: Int) -> [Double] {
    var sums = [Double](repeating: 0, count: size)
    var block = [Float](repeating: 0, count: size)
    let rows = rows.span
    for start in stride(from: 0, to: counts.count, by: 32) {
        for index in 0..<size { block[index] = 0 }
        var sum = block.mutableSpan
        for row in start..<min(start + 32, counts.count) where counts[row] != 0 {
            let weight = Float(counts[row])
            let values = rows.extracting(row * size..<(row + 1) * size)
            for index in 0..<size { sum[index] += weight * values[index] }
        }
        for index in 0..<size { sums[index] += Double(sum[index]) }
    }
    let scale = 1 / Double(counts.count)
    for index in 0..<size { sums[index] *= scale }
    return sums
}
