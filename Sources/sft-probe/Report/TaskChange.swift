import HeadActivation
import Statistics

/// How one task's pattern changed, as tables and pages show it.
struct TaskChange {
    let task, from, to: String
    let layers, heads: Int
    let change: PatternChange
    let changed: [HeadChange]
    /// All checkpoints of the task, where there are more than two.
    let trajectory: Trajectory?
    let warnings: [String]

    /// Compares two checkpoints of a task: the named ones, or its first and last.
    ///
    /// - Returns: `nil` when the task has a single checkpoint.
    init?(
        _ task: String, in file: PatternFile, from: String? = nil, to: String? = nil, allowMismatch: Bool,
        resamples: Int, seed: Int
    ) throws(PatternError) {
        let list = try file.list(task: task, checkpoint: nil)
        let labels = checkpoints(of: task, in: list)
        guard labels.count > 1 else { return nil }
        let (from, to) = (from ?? labels[0], to ?? labels[labels.count - 1])
        let (before, after) = (
            try file.read(task: task, checkpoint: from), try file.read(task: task, checkpoint: to)
        )
        let allowed = try requireComparable(
            [before.summary, after.summary], in: MeasurementTrait.ofChange, allowing: allowMismatch)
        var others: [[Double]] = []
        for other in try file.list() where other.task != task && other.checkpoint == from {
            guard (other.layers, other.heads) == (before.layers, before.heads) else { continue }
            others.append(try file.read(task: other.task, checkpoint: from).activation)
        }
        var path: [HeadMeasurement] = []
        for label in labels where labels.count > 2 {
            let measurement = try file.read(task: task, checkpoint: label)
            try requireComparable(
                [before.summary, measurement.summary], in: MeasurementTrait.ofChange, allowing: allowMismatch)
            path.append(measurement)
        }
        (self.task, self.from, self.to) = (task, from, to)
        (layers, heads) = (before.layers, before.heads)
        change = PatternChange(from: before, to: after, otherTasks: others, resamples: resamples, seed: seed)
        changed = changedHeads(before, after)
        trajectory = path.isEmpty ? nil : Trajectory(of: path, resamples: resamples, seed: seed)
        warnings = allowed.map { "Note: \($0)." }
    }

    /// The heads that changed, at a false discovery rate.
    func listed(rate: Double) -> [HeadChange] { changed.filter { $0.q <= rate } }

    /// What the numbers say, in a sentence.
    var finding: String {
        guard let moved = change.distance.moved.value else {
            return "\(task): no head has any activation at \(from) or \(to)."
        }
        let numbers = "\(percentText(moved)) of the activation moved to other heads from \(from) to \(to)"
        guard let chance = change.movedByChance, let interval = change.distance.moved.interval else {
            return "\(task): \(numbers); too few examples to say how much of that is chance."
        }
        if interval.low > 1.5 * chance {
            return "\(task): \(numbers), where chance alone would move \(percentText(chance))."
        }
        return
            "\(task): \(numbers), about what chance moves (\(percentText(chance))): no change is established."
    }
}
