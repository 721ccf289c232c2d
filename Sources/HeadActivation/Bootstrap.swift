import Kernels
import Dispatch
import Synchronization

/// A number with the interval in which it lies.
public struct Interval: Sendable, Equatable {
    /// The lower end.
    public let low: Double
    /// The upper end.
    public let high: Double

    /// Names both ends.
    public init(low: Double, high: Double) {
        self.low = low
        self.high = high
    }
}

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

/// The interval that leaves out the same share of a bootstrap's numbers on either side, with linear interpolation.
///
/// - Returns: `nil` when there are no numbers or a resample's statistic is undefined.
public func percentileInterval(_ values: [Double?], level: Double = 0.95) -> Interval? {
    let sorted = values.compactMap(\.self).sorted()
    guard !sorted.isEmpty, sorted.count == values.count else { return nil }
    func quantile(_ share: Double) -> Double {
        let place = share * Double(sorted.count - 1)
        let below = Int(place)
        let above = min(below + 1, sorted.count - 1)
        return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
    }
    return Interval(low: quantile((1 - level) / 2), high: quantile((1 + level) / 2))
}

/// How often each of `count` examples comes up in `count` draws with replacement.
func drawnCounts(_ count: Int, seed: Int, resample: Int) -> [Int32] {
    var generator = SeededGenerator(seed: seed, stream: resample)
    var counts = [Int32](repeating: 0, count: count)
    for _ in 0..<count { counts[Int(generator.next().multipliedFullWidth(by: UInt64(count)).high)] += 1 }
    return counts
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
