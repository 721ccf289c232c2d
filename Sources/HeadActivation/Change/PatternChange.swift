import Kernels
import Statistics

/// How a task's pattern changed from one checkpoint to another, with 95 % intervals.
public struct PatternChange: Sendable, Equatable {
    /// The activation after minus that before: [layer, head].
    public let difference: [Double]
    /// The same of the shares; `nil` when either pattern is zero.
    public let differenceOfShares: [Double]?
    /// How far apart the two are.
    public let distance: DistanceEstimates
    /// What `moved` would be, on average, if the state were the same and the examples others: a change below it is
    /// chance. From random halves of each measurement, whose distance falls with the root of their size. With the same
    /// examples on both sides, chance moves less than this.
    public let movedByChance: Double?
    /// The same when a constant and the common mode of other tasks are out of both, so that there are no shares and
    /// nothing `moved`; `nil` without other tasks.
    public let withoutCommonMode: DistanceEstimates?

    /// Compares two measurements of the same heads; where they have the same examples, these are drawn together.
    ///
    /// - Parameter otherTasks: the activations of other tasks, from which the common mode is taken.
    public init(
        from before: HeadMeasurement, to after: HeadMeasurement, otherTasks: [[Double]] = [],
        resamples: Int = 1000, seed: Int = 0
    ) {
        let (first, second) = (before.activation, after.activation)
        difference = subtracting(second, first)
        differenceOfShares = normalized(first).flatMap { one in
            normalized(second).map { subtracting($0, one) }
        }
        var drawn: [(before: [Double], after: [Double])] = []
        if before.examples > 1, after.examples > 1 {
            let others = after.resampled(resamples, seed: before.ids == after.ids ? seed : seed &+ 1)
            drawn = Array(zip(before.resampled(resamples, seed: seed), others))
        }
        distance = DistanceEstimates(
            PatternDistance(from: first, to: second),
            drawn.map { PatternDistance(from: $0.before, to: $0.after) })
        let mode = mean(otherTasks)
        func rest(_ before: [Double], _ after: [Double]) -> PatternDistance {
            PatternDistance(
                from: removingCommonMode(before, mode), to: removingCommonMode(after, mode), hasShares: false)
        }
        withoutCommonMode =
            otherTasks.isEmpty
            ? nil : DistanceEstimates(rest(first, second), drawn.map { rest($0.before, $0.after) })
        movedByChance = before.movedByChance(seed: seed).flatMap { one in
            after.movedByChance(seed: seed).map { ((one * one + $0 * $0) / 2).squareRoot() }
        }
    }
}

extension HeadMeasurement {
    /// The mean of |signed|, in double precision: [layer, head].
    public var activation: [Double] {
        let size = layers * heads
        var sums = [Double](repeating: 0, count: size)
        let scores = signed.span
        for start in stride(from: 0, to: signed.count, by: size) {
            for head in 0..<size { sums[head] += Double(scores[start + head].magnitude) }
        }
        return sums.map { $0 / Double(examples) }
    }

    /// The activations of resampled examples; see ``bootstrap(_:resamples:seed:_:)``.
    func resampled(_ resamples: Int, seed: Int) -> [[Double]] {
        bootstrap(self, resamples: resamples, seed: seed) { $0 }
    }

    /// The mean over 20 splits of the distance of two halves, brought to the full size.
    fileprivate func movedByChance(seed: Int) -> Double? {
        guard examples >= 4 else { return nil }
        var generator = SeededGenerator(seed: seed, stream: -2)
        var total = 0.0
        for _ in 0..<20 {
            let order = (0..<examples).shuffled(using: &generator)
            let half = examples / 2
            let distance = PatternDistance(
                from: activation(of: order[..<half]), to: activation(of: order[half..<2 * half]))
            guard let moved = distance.moved else { return nil }
            total += moved
        }
        return total / 20 / 2.0.squareRoot()
    }
}
