import Foundation
import Kernels
public import Statistics

/// How far one list of heads' scores finds the heads that another one ranks first.
public struct HeadOverlap: Sendable, Equatable {
    /// How many of each list's first heads are compared.
    public let count: Int
    /// How many of them are in both.
    public let shared: Int
    /// How many would be by chance: count²/heads.
    public let expected: Double
    /// The chance of so many or more if the heads were drawn at random (hypergeometric).
    public let chance: Double

    /// Compares the `count` largest of two lists.
    public init(_ x: [Double], _ y: [Double], count: Int) {
        precondition(
            x.count == y.count && (1...x.count).contains(count), "\(count) of \(x.count) and \(y.count)")
        let first = { (values: [Double]) in
            Set(values.indices.sorted { (values[$0], $1) > (values[$1], $0) }.prefix(count))
        }
        let shared = first(x).intersection(first(y)).count
        self.count = count
        self.shared = shared
        expected = Double(count * count) / Double(x.count)
        chance = hypergeometricTail(atLeast: shared, drawn: count, marked: count, of: x.count)
    }
}

/// The chance that at least `atLeast` of `drawn` draws without replacement from `of` are among `marked`.
func hypergeometricTail(atLeast: Int, drawn: Int, marked: Int, of total: Int) -> Double {
    func choose(_ n: Int, _ k: Int) -> Double {
        lgamma(Double(n + 1)) - lgamma(Double(k + 1)) - lgamma(Double(n - k + 1))
    }
    let possible = max(0, drawn + marked - total)...min(drawn, marked)
    let sum = possible.filter { $0 >= atLeast }.reduce(0.0) { sum, hits in
        sum + exp(choose(marked, hits) + choose(total - marked, drawn - hits) - choose(total, drawn))
    }
    return min(1, sum)
}

/// How well scores of heads agree with other scores of the same heads, both from the same examples.
public struct HeadAgreement: Sendable, Equatable {
    /// The rank correlation over all heads, with its interval over examples.
    public let spearman: Estimate
    /// The share of heads shuffled at random whose rank correlation is as large or larger.
    public let chance: Double
    /// The first heads of both.
    public let overlap: HeadOverlap
    /// How many of the first heads are shared, over examples drawn anew.
    public let sharedInterval: Interval?

    /// Compares the means over examples of two scores, [example, head] each; larger is more of both.
    ///
    /// - Parameters:
    ///   - x: the first score, row by row: [example, head].
    ///   - y: the second, of the same heads on the same examples.
    ///   - heads: heads of all layers.
    ///   - count: how many of the first heads are compared.
    ///   - resamples: how often examples are drawn anew for the intervals, and heads exchanged for the chance.
    ///   - seed: random seed of what is drawn and exchanged.
    public init(
        _ x: [Float], _ y: [Float], heads: Int, count: Int, resamples: Int = 1000, seed: Int = 0
    ) {
        precondition(
            x.count == y.count && heads > 0 && x.count % heads == 0, "\(x.count) and \(y.count) scores")
        let examples = x.count / heads
        let all = [Int32](repeating: 1, count: examples)
        let (meanX, meanY) = (drawnMeans(x, all, heads), drawnMeans(y, all, heads))
        let found = Statistics.spearman(meanX, meanY)
        var (correlations, shared): ([Double?], [Double?]) = ([], [])
        for resample in 0..<(examples > 1 ? resamples : 0) {
            let counts = drawnCounts(examples, seed: seed, resample: resample)
            let (a, b) = (drawnMeans(x, counts, heads), drawnMeans(y, counts, heads))
            correlations.append(Statistics.spearman(a, b))
            shared.append(Double(HeadOverlap(a, b, count: count).shared))
        }
        spearman = biasCorrected(found, correlations, examples: examples, within: -1...1, isRough: true)
        overlap = HeadOverlap(meanX, meanY, count: count)
        sharedInterval =
            biasCorrected(
                Double(overlap.shared), shared, examples: examples, within: 0...Double(count), isRough: true
            ).interval
        var generator = SeededGenerator(seed: seed, stream: -1)
        let rankX = ranks(meanX)
        let asLarge = (0..<resamples).count { _ in
            (pearson(rankX, ranks(meanY.shuffled(using: &generator))) ?? -1) >= (found ?? 1)
        }
        chance = Double(asLarge + 1) / Double(resamples + 1)
    }
}
