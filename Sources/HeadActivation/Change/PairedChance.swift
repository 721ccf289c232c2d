import Kernels
import Statistics

/// What two measurements of the same examples would show if the checkpoints did not differ: before and after are swapped
/// within each example, all heads together, as a coin falls.
///
/// Each state is first divided by its mean sum over heads, so that the size of the loss alone is no change.
public struct PairedChance: Sendable, Equatable {
    /// The mean over draws of what `moved` would be.
    public let moved: Double
    /// Below what `moved` stays in 97.5 % of the draws.
    public let movedLimit: Double
    /// The means of the other distances; see ``PatternDistance``. `meanSquare` is that of swapping activations as they are.
    public let meanSquare: Double
    /// See ``PatternDistance/meanSquareOfShares``.
    public let meanSquareOfShares: Double?
    /// See `pearson(_:_:)` of `Statistics`.
    public let pearson: Double?
    /// See `spearman(_:_:)` of `Statistics`.
    public let spearman: Double?
    /// See `cosine(_:_:)` of `Statistics`.
    public let cosine: Double?
    /// The chance of moving so much without a change: (1 + draws that move as much) / (1 + draws).
    public let p: Double

    /// Swaps the examples of two measurements, at least 199 times.
    ///
    /// - Returns: `nil` where the examples are not the same, there is a single one, or an activation is zero.
    init?(_ before: HeadMeasurement, _ after: HeadMeasurement, draws: Int, seed: Int) {
        let (first, second) = (before.activation, after.activation)
        let sums = (first.reduce(0, +), second.reduce(0, +))
        guard before.ids == after.ids, before.examples > 1, sums.0 > 0, sums.1 > 0 else { return nil }
        let (examples, factors) = (before.examples, (Float(0.5 / sums.0), Float(0.5 / sums.1)))
        var (halves, squares) = ([Float](), 0.0)
        halves.reserveCapacity(before.signed.count)
        for (one, other) in zip(before.signed, after.signed) {
            halves.append(factors.1 * other.magnitude - factors.0 * one.magnitude)
            squares += Double((other.magnitude - one.magnitude) * (other.magnitude - one.magnitude))
        }
        meanSquare = squares / Double(examples) / Double(examples) / Double(first.count)
        let middle = first.indices.map { 0.5 * (first[$0] / sums.0 + second[$0] / sums.1) }
        let drawn = weightedMeans(
            of: halves, examples: examples, draws: max(draws, 199),
            weights: { drawnSigns(examples, seed: seed &+ 3, draw: $0) }
        ) { half in
            PatternDistance(from: subtracting(middle, half), to: middle.indices.map { middle[$0] + half[$0] })
        }
        let moved = drawn.compactMap(\.moved).sorted()
        guard let limit = quantile(moved, 0.975), moved.count == drawn.count,
            let own = PatternDistance(from: first, to: second).moved
        else { return nil }
        func mean(_ part: (PatternDistance) -> Double?) -> Double? {
            let values = drawn.compactMap(part)
            return values.count == drawn.count ? values.reduce(0, +) / Double(values.count) : nil
        }
        self.moved = moved.reduce(0, +) / Double(moved.count)
        movedLimit = limit
        // Halves are single precision: what differs by its rounding is as much.
        p = Double(1 + moved.count { $0 >= own - 1e-7 }) / Double(1 + moved.count)
        meanSquareOfShares = mean(\.meanSquareOfShares)
        pearson = mean(\.correlations.pearson)
        spearman = mean(\.correlations.spearman)
        cosine = mean(\.correlations.cosine)
    }

    /// About how many examples would decide whether more than `margin` moved.
    ///
    /// Noise adds to what moved about as the other side of a right angle does, and falls with the root of the number.
    func neededExamples(_ moved: Estimate, examples: Int, margin: Double) -> Int? {
        guard let value = moved.value, let interval = moved.interval else { return nil }
        let truth = max(0, value * value - self.moved * self.moved).squareRoot()
        let limit = movedLimit + 0.65 * (movedLimit - self.moved)
        let noise = max(0, limit * limit - self.moved * self.moved).squareRoot()
        return fewest([
            Statistics.neededExamples(examples, shrinking: noise, to: truth),
            Statistics.neededExamples(examples, shrinking: interval.high - truth, to: margin - truth),
        ])
    }
}
