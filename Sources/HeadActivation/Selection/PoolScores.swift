import Statistics
import Foundation
import Kernels

/// How near each example of a pool comes to a target task, by the heads that it uses.
///
/// An example's pattern is log(ε + a/Σa) with a = |scores|; the pool's mean pattern is taken out of it, and of the
/// target's; the score is the Pearson correlation of the two. Logarithms, because a few heads hold most of the
/// activation; the pool's mean, because all examples share most of their pattern.
///
/// - Source: our reading of Zhao et al., who select by pattern similarity but do not say which; ε is a hundredth of the
///   mean share.
public struct PoolScores: Sendable {
    /// The score of each example, from −1 to 1; 0 for one whose pattern is the pool's mean.
    public let scores: [Double]
    /// Patterns less the pool's mean, centred and of length 1: [example, head]. The product of two rows is their
    /// correlation.
    private let patterns: [Float]
    private let size: Int

    /// Scores a pool against the mean pattern of a target; `nil` when the target has no activation.
    public init?(pool: HeadMeasurement, target: HeadMeasurement) {
        precondition(
            pool.layers == target.layers && pool.heads == target.heads,
            "\(pool.layers) × \(pool.heads) and \(target.layers) × \(target.heads) heads")
        size = pool.grid.count
        guard let targetLog = logShares(target.activation) else { return nil }
        let logs = (0..<pool.examples).map { example in
            logShares(pool.scores(ofExample: example).map { Double($0.magnitude) })
        }
        let middle = mean(logs.compactMap(\.self))
        let goal = unit(subtracting(targetLog, middle.isEmpty ? targetLog.map { _ in 0 } : middle))
        let rows = logs.map { log in
            log.map { unit(subtracting($0, middle)) } ?? [Double](repeating: 0, count: goal.count)
        }
        scores = rows.map { dot($0, goal) }
        patterns = rows.flatMap { $0.map { Float($0) } }
    }

    /// The correlation of an example's pattern with that of every example of the pool.
    func similarities(to example: Int) -> [Float] {
        let row = Array(patterns[example * size..<(example + 1) * size])
        return product(Matrix(patterns, scores.count, size), Matrix(row, size, 1))
    }

    /// The examples with the highest scores that are not all alike: one by one the example with the largest
    /// λ·score − (1 − λ)·(its largest similarity with those already taken).
    ///
    /// - Parameters:
    ///   - count: how many to take; no more than the pool has.
    ///   - balance: λ, from 0 to 1; 1 takes the highest scores.
    /// - Source: Carbonell and Goldstein, 1998 (maximal marginal relevance).
    public func selected(_ count: Int, balance: Double = 0.7) -> [Int] {
        precondition(count >= 0 && count <= scores.count, "\(count) of \(scores.count) examples")
        var nearest = [Float](repeating: -1, count: scores.count)
        var isTaken = [Bool](repeating: false, count: scores.count)
        var taken: [Int] = []
        while taken.count < count {
            var (best, value) = (-1, -Double.infinity)
            for index in scores.indices where !isTaken[index] {
                let penalty = taken.isEmpty ? 0 : (1 - balance) * Double(nearest[index])
                let gain = balance * scores[index] - penalty
                if gain > value { (best, value) = (index, gain) }
            }
            isTaken[best] = true
            taken.append(best)
            let similarities = similarities(to: best)
            for index in nearest.indices { nearest[index] = max(nearest[index], similarities[index]) }
        }
        return taken
    }

    /// The mean correlation of the patterns of two different chosen examples; `nil` for fewer than two.
    public func redundancy(_ chosen: [Int]) -> Double? {
        guard chosen.count > 1 else { return nil }
        // ‖Σ rows‖² counts every pair twice and each row's own length once.
        var sum = [Double](repeating: 0, count: size)
        var own = 0.0
        for example in chosen {
            for head in 0..<size {
                let value = Double(patterns[example * size + head])
                sum[head] += value
                own += value * value
            }
        }
        return (dot(sum, sum) - own) / Double(chosen.count * (chosen.count - 1))
    }
}

/// log(ε + share) of each head; `nil` without any activation.
private func logShares(_ activation: [Double]) -> [Double]? {
    normalized(activation).map { shares in shares.map { log(0.01 / Double(shares.count) + $0) } }
}

/// Centred and of length 1; zeros when constant.
private func unit(_ x: [Double]) -> [Double] {
    let centred = centred(x)
    let length = norm(centred)
    return length > 1e-9 * max(1, norm(x)) ? centred.map { $0 / length } : centred.map { _ in 0 }
}
