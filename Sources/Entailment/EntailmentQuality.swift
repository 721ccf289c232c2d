public import Statistics

/// How well probabilities of entailment agree with labels.
public struct EntailmentQuality: Sendable, Equatable {
    /// The labelled pairs, and how many of them are entailed.
    public let pairs, entailed: Int
    /// The area under the receiver operating characteristic, with its 95 % interval from a bootstrap over pairs; undefined
    /// where pairs are all of one kind.
    public let auroc: Estimate
    /// The share of pairs that are on the right side of the threshold.
    public let accuracy: Proportion
    /// The share of the more frequent kind: what always answering the same would reach.
    public let majority: Proportion
    /// The share of pairs that are called entailed.
    public let called: Proportion

    /// Compares probabilities with labels: [pair].
    ///
    /// - Parameters:
    ///   - probabilities: the probability of entailment of each pair, from 0 to 1: [pair].
    ///   - isEntailed: whether each pair is entailed: [pair], as many.
    ///   - threshold: the probability from which a pair counts as entailed.
    ///   - resamples: how often pairs are drawn anew for the interval of the area under the curve.
    ///   - seed: random seed of what is drawn.
    public init(
        _ probabilities: [Double], isEntailed: [Bool], threshold: Double, resamples: Int = 1000, seed: Int = 0
    ) {
        precondition(
            probabilities.count == isEntailed.count,
            "\(probabilities.count) probabilities of \(isEntailed.count) pairs")
        let count = isEntailed.count
        (pairs, entailed) = (count, isEntailed.count { $0 })
        let curve = AreaUnderCurve(probabilities, isPositive: isEntailed)
        let own = curve.value
        let drawn =
            own == nil
            ? []
            : (0..<resamples).map { resample in
                curve.value(weights: drawnCounts(count, seed: seed, resample: resample).map(Double.init))
            }
        auroc = biasCorrected(own, drawn, examples: count, within: 0...1, isRough: true)
        let calls = probabilities.map { $0 >= threshold }
        accuracy = Proportion(zip(calls, isEntailed).count { $0 == $1 }, of: count)
        majority = Proportion(max(entailed, count - entailed), of: count)
        called = Proportion(calls.count { $0 }, of: count)
    }
}
