import Statistics
import Foundation

/// Which of several tasks a head serves.
public struct HeadSpecificity: Sendable, Equatable {
    /// The head's layer.
    public let layer: Int
    /// The head within its layer.
    public let head: Int
    /// The head's share of each task's activation, over the sum of these: what part of its work goes to each task.
    public let parts: [Double]
    /// The task with the largest part, by its index.
    public let task: Int
    /// 0 where all tasks have equal parts, 1 where one task has all: 1 − entropy of the parts / log of their number.
    public let specificity: Double
    /// The share of resamples in which the same task has the largest part.
    public let certainty: Double
}

/// Which task each head serves, most specific first. Shares are compared, so that a task with a larger loss does not
/// win by that alone.
///
/// - Parameters:
///   - measurements: at least two tasks on the same heads.
///   - resamples: how often the examples of each task are drawn anew, for the certainty.
///   - seed: random seed of what is drawn.
/// - Returns: heads that have any activation; none when a task has none at all.
public func headSpecificity(
    _ measurements: [HeadMeasurement], resamples: Int = 1000, seed: Int = 0
) -> [HeadSpecificity] {
    precondition(measurements.count > 1, "\(measurements.count) task has nothing to be specific against")
    let own = measurements.compactMap { normalized($0.activation) }
    guard own.count == measurements.count else { return [] }
    let drawn = measurements.map { $0.resampledAlone(resamples, seed: seed).compactMap(normalized) }
    let count = drawn.map(\.count).min() ?? 0
    let heads = own[0].indices.compactMap { index -> HeadSpecificity? in
        let shares = own.map { $0[index] }
        guard let parts = normalized(shares) else { return nil }
        let task = largest(shares)
        let wins = (0..<count).count { resample in largest(drawn.map { $0[resample][index] }) == task }
        let entropy = parts.reduce(0) { $1 > 0 ? $0 - $1 * log($1) : $0 }
        return HeadSpecificity(
            layer: index / measurements[0].heads, head: index % measurements[0].heads, parts: parts,
            task: task,
            specificity: 1 - entropy / log(Double(parts.count)),
            certainty: count > 0 ? Double(wins) / Double(count) : .nan)
    }
    return heads.sorted { $0.specificity > $1.specificity }
}

private func largest(_ numbers: [Double]) -> Int {
    indexOfLargest(numbers)
}
