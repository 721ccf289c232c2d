public import Statistics

/// How a task's pattern moved from checkpoint to checkpoint, with 95 % intervals.
public struct Trajectory: Sendable, Equatable {
    /// A checkpoint on the way.
    public struct Point: Sendable, Equatable {
        /// Its label.
        public let checkpoint: String
        /// The training step that its label names; `nil` where it names none.
        public let step: Int?
        /// The distance from the first checkpoint.
        public let fromBase: DistanceEstimates
        /// The distance from the checkpoint before.
        public let fromPrevious: DistanceEstimates?
        /// The distance to the last checkpoint.
        public let toFinal: DistanceEstimates
        /// How much of the way is done: 1 − the distance that remains over that from first to last, both the root of
        /// the mean squared difference of shares. `nil` when first and last are alike.
        public let progress: Estimate
    }

    /// The checkpoints in order.
    public let points: [Point]
    /// The progress in each resample: [resample][checkpoint].
    private let drawnProgress: [[Double?]]

    /// Follows a task's activations, each [layer, head], through its checkpoints, in order.
    ///
    /// - Parameters:
    ///   - checkpoints: the label of each, and its activation: [layer, head]; the first is the base, the last the final
    ///     state.
    ///   - drawn: the activations of resamples, [checkpoint][resample][layer, head], of which those with the same place
    ///     belong together; no intervals without.
    ///   - examples: how many examples were drawn each time.
    ///   - rankIntervals: whether Spearman's correlations have intervals, for which every resample is sorted.
    public init(
        _ checkpoints: [(label: String, activation: [Double])], drawn: [[[Double]]] = [], examples: Int = 0,
        rankIntervals: Bool = true
    ) {
        precondition(!checkpoints.isEmpty, "no checkpoint to follow")
        precondition(drawn.isEmpty || drawn.count == checkpoints.count, "resamples of each checkpoint")
        let own = Way(checkpoints.map(\.activation), hasRanks: true)
        let ways = concurrently(drawn.map(\.count).min() ?? 0) { place in
            Way(drawn.map { $0[place] }, hasRanks: rankIntervals)
        }
        func estimates(_ distance: (Way) -> PatternDistance) -> DistanceEstimates {
            DistanceEstimates(distance(own), ways.map(distance), examples: examples)
        }
        points = checkpoints.indices.map { index in
            let named = HeadActivation.step(of: checkpoints[index].label)
            return Point(
                checkpoint: checkpoints[index].label, step: index == 0 ? named ?? 0 : named,
                fromBase: estimates { $0.fromBase[index] },
                fromPrevious: index == 0 ? nil : estimates { $0.fromPrevious[index - 1] },
                toFinal: estimates { $0.toFinal[index] },
                progress: biasCorrected(
                    own.progress[index], ways.map { $0.progress[index] }, examples: examples,
                    within: -Double.infinity...1))
        }
        drawnProgress = ways.map(\.progress)
    }

    /// Follows a task's measurements, in order; where all have the same examples, these are drawn together.
    public init(
        of checkpoints: [HeadMeasurement], resamples: Int = 1000, seed: Int = 0, rankIntervals: Bool = true
    ) {
        let together = checkpoints.allSatisfy { $0.ids == checkpoints[0].ids }
        let drawn = checkpoints.enumerated().map { place, measurement in
            measurement.examples > 1
                ? measurement.resampled(resamples, seed: together ? seed : seed &+ place) : []
        }
        self.init(
            checkpoints.map { ($0.checkpoint, $0.activation) }, drawn: drawn,
            examples: checkpoints.map(\.examples).min() ?? 0, rankIntervals: rankIntervals)
    }

    /// The first checkpoint from which on at least `share` of the way is done; `nil` when there is no way.
    public func checkpoint(reaching share: Double = 0.9) -> Point? {
        place(reaching: share, points.map(\.progress.value)).map { points[$0] }
    }

    /// The earliest and the latest that this checkpoint is in the middle 95 % of the resamples; `nil` without these.
    public func checkpoints(reaching share: Double = 0.9) -> (earliest: Point, latest: Point)? {
        let places = drawnProgress.map { place(reaching: share, $0).map { Double($0) } }
        return percentileInterval(places).map {
            (points[Int($0.low.rounded(.down))], points[Int($0.high.rounded(.up))])
        }
    }
}

/// The distances between a task's patterns on their way, in order.
private struct Way: Sendable {
    let fromBase, fromPrevious, toFinal: [PatternDistance]
    /// How much of the way from the first pattern to the last is done at each; see ``Trajectory/Point/progress``.
    let progress: [Double?]

    init(_ activations: [[Double]], hasRanks: Bool) {
        let patterns = activations.map { PreparedPattern($0, hasRanks: hasRanks) }
        let (first, last) = (patterns[0], patterns[patterns.count - 1])
        fromBase = patterns.map { PatternDistance(from: first, to: $0) }
        fromPrevious = zip(patterns, patterns.dropFirst()).map { PatternDistance(from: $0, to: $1) }
        toFinal = patterns.map { PatternDistance(from: $0, to: last) }
        let whole = toFinal[0].meanSquareOfShares?.squareRoot() ?? 0
        progress = toFinal.map { rest in
            whole > 0 ? rest.meanSquareOfShares.map { 1 - $0.squareRoot() / whole } : nil
        }
    }
}

/// The place from which on at least `share` of the way is done; the last is always done.
private func place(reaching share: Double, _ progress: [Double?]) -> Int? {
    guard progress.allSatisfy({ $0 != nil }) else { return nil }
    return progress.lastIndex { ($0 ?? 0) < share }.map { min($0 + 1, progress.count - 1) } ?? 0
}

/// The step that a checkpoint's label names, as in `step-000050`, or `checkpoint-50` of the Hugging Face trainers.
public func step(of label: String) -> Int? {
    ["step-", "checkpoint-"].first { label.hasPrefix($0) }.flatMap { Int(label.dropFirst($0.count)) }
}

/// The order of training: `base` first, then by step, then the other labels as they were written, `final` last.
public func inTrainingOrder(_ labels: [String]) -> [String] {
    func place(_ label: String) -> (Int, Int) {
        switch label {
        case "base": (0, 0)
        case "final": (3, 0)
        default: step(of: label).map { (1, $0) } ?? (2, 0)
        }
    }
    return labels.enumerated().sorted { one, other in
        let (a, b) = (place(one.element), place(other.element))
        return (a.0, a.1, one.offset) < (b.0, b.1, other.offset)
    }.map(\.element)
}
