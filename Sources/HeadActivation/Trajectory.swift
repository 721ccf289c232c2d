/// How a task's pattern moved from checkpoint to checkpoint.
public struct Trajectory: Sendable, Equatable {
    /// A checkpoint on the way.
    public struct Point: Sendable, Equatable {
        /// Its label.
        public let checkpoint: String
        /// The training step that its label names; `nil` where it names none.
        public let step: Int?
        /// The distance from the first checkpoint.
        public let fromBase: PatternDistance
        /// The distance from the checkpoint before.
        public let fromPrevious: PatternDistance?
        /// The distance to the last checkpoint.
        public let toFinal: PatternDistance
        /// How much of the way is done: 1 − the distance that remains over that from first to last, both the root of
        /// the mean squared difference of shares. `nil` when first and last are alike.
        public let progress: Double?
    }

    /// The checkpoints in order.
    public let points: [Point]

    /// Follows a task's activations, each [layer, head], through its checkpoints, in order.
    public init(_ checkpoints: [(label: String, activation: [Double])]) {
        precondition(!checkpoints.isEmpty, "no checkpoint to follow")
        let (first, last) = (checkpoints[0].activation, checkpoints[checkpoints.count - 1].activation)
        let whole = PatternDistance(from: first, to: last).meanSquareOfShares
        points = checkpoints.indices.map { index in
            let (label, activation) = checkpoints[index]
            let toFinal = PatternDistance(from: activation, to: last)
            let progress: Double? =
                if let whole, whole > 0, let rest = toFinal.meanSquareOfShares {
                    1 - (rest / whole).squareRoot()
                } else { nil }
            return Point(
                checkpoint: label, step: index == 0 ? step(of: label) ?? 0 : step(of: label),
                fromBase: PatternDistance(from: first, to: activation),
                fromPrevious: index == 0
                    ? nil : PatternDistance(from: checkpoints[index - 1].activation, to: activation),
                toFinal: toFinal, progress: progress)
        }
    }

    /// The first checkpoint from which on at least `share` of the way is done; `nil` when there is no way.
    public func checkpoint(reaching share: Double = 0.9) -> Point? {
        guard points.allSatisfy({ $0.progress != nil }) else { return nil }
        let lastBelow = points.lastIndex { ($0.progress ?? 0) < share }
        return lastBelow.map { points[$0 + 1] } ?? points.first
    }
}

/// The step that a checkpoint's label names, as in `step-000050`.
public func step(of label: String) -> Int? {
    guard label.hasPrefix("step-") else { return nil }
    return Int(label.dropFirst(5))
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
