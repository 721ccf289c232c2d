import Kernels
public import Statistics

/// How a task's pattern changed from one checkpoint to another, with 95 % intervals.
public struct PatternChange: Sendable, Equatable {
    /// The activation after minus that before: [layer, head].
    public let difference: [Double]
    /// The same of the shares; `nil` when either pattern is zero.
    public let differenceOfShares: [Double]?
    /// How far apart the two are.
    public let distance: DistanceEstimates
    /// What the same examples would show without a change; `nil` where the two have other examples.
    public let chance: PairedChance?
    /// What `moved` would be, on average, if the state were the same and the examples others. From random halves of each
    /// measurement, whose distance falls with the root of their size.
    public let movedByChance: Double?
    /// The same when a constant and the common mode of other tasks are out of both, so that there are no shares and
    /// nothing `moved`; `nil` without other tasks.
    public let withoutCommonMode: DistanceEstimates?
    /// By how much the Gini coefficient of the activation rose.
    public let gini: Estimate
    /// How the examples' losses changed, in nats; `nil` where the two have other examples.
    public let loss: PairedChange?
    /// The number of examples of the smaller measurement.
    public let examples: Int

    /// Compares two measurements of the same heads; where they have the same examples, these are drawn together.
    ///
    /// - Parameters:
    ///   - before: the first state of the model.
    ///   - after: the second, on the same heads.
    ///   - otherTasks: the activations of other tasks, from which the common mode is taken.
    ///   - resamples: how often examples are drawn anew for the intervals, and swapped for what the same examples move
    ///     without a change.
    ///   - seed: random seed of what is drawn and swapped.
    public init(
        from before: HeadMeasurement, to after: HeadMeasurement, otherTasks: [[Double]] = [],
        resamples: Int = 1000, seed: Int = 0
    ) {
        let (first, second) = (before.activation, after.activation)
        let isPaired = before.ids == after.ids
        let examples = min(before.examples, after.examples)
        difference = subtracting(second, first)
        differenceOfShares = normalized(first).flatMap { one in
            normalized(second).map { subtracting($0, one) }
        }
        var drawn: [(before: [Double], after: [Double])] = []
        if examples > 1 {
            let others = after.resampled(resamples, seed: isPaired ? seed : seed &+ 1)
            drawn = Array(zip(before.resampled(resamples, seed: seed), others))
        }
        let pairs = drawn
        chance = PairedChance(before, after, draws: resamples, seed: seed)
        distance = DistanceEstimates(
            PatternDistance(from: first, to: second),
            concurrently(pairs.count) { PatternDistance(from: pairs[$0].before, to: pairs[$0].after) },
            examples: examples, chance: chance)
        let mode = mean(otherTasks)
        @Sendable func rest(_ before: [Double], _ after: [Double]) -> PatternDistance {
            PatternDistance(
                from: removingCommonMode(before, mode), to: removingCommonMode(after, mode), hasShares: false)
        }
        withoutCommonMode =
            otherTasks.isEmpty
            ? nil
            : DistanceEstimates(
                rest(first, second), concurrently(pairs.count) { rest(pairs[$0].before, pairs[$0].after) },
                examples: examples)
        movedByChance = before.movedByChance(seed: seed).flatMap { one in
            after.movedByChance(seed: seed).map { ((one * one + $0 * $0) / 2).squareRoot() }
        }
        @Sendable func rise(_ before: [Double], _ after: [Double]) -> Double? {
            HeadActivation.gini(before).flatMap { one in HeadActivation.gini(after).map { $0 - one } }
        }
        gini = biasCorrected(
            rise(first, second), concurrently(pairs.count) { rise(pairs[$0].before, pairs[$0].after) },
            examples: examples, within: -1...1)
        loss =
            isPaired
            ? PairedChange(before: before.loss.map { Double($0) }, after: after.loss.map { Double($0) }) : nil
        self.examples = examples
    }

    /// About how many examples would decide whether more than `margin` of the activation moved.
    public func examplesNeeded(margin: Double) -> Int? {
        chance?.neededExamples(distance.moved, examples: examples, margin: margin)
    }
}

extension HeadMeasurement {
    /// The mean of |signed|, in double precision: [layer, head].
    public var activation: [Double] {
        scores.sums(over: 0..<examples) { $0.magnitude }.map { $0 / Double(examples) }
    }

    /// The activations of resampled examples; see ``bootstrap(_:resamples:seed:_:)``.
    func resampled(_ resamples: Int, seed: Int) -> [[Double]] {
        bootstrap(self, resamples: resamples, seed: seed) { $0 }
    }

    /// The mean over 20 splits of the distance of two halves, brought to the full size.
    fileprivate func movedByChance(seed: Int) -> Double? {
        guard examples >= 4 else { return nil }
        var generator = SeededGenerator(seed: seed, stream: -2)
        let half = examples / 2
        let orders = (0..<20).map { _ in (0..<examples).shuffled(using: &generator) }
        let moved = concurrently(orders.count) { split in
            PatternDistance(
                from: activation(of: orders[split][..<half]),
                to: activation(of: orders[split][half..<2 * half])
            ).moved
        }
        let known = moved.compactMap(\.self)
        guard known.count == moved.count else { return nil }
        return known.reduce(0, +) / 20 / 2.0.squareRoot()
    }
}
