import HeadActivation
import Reports
import Statistics

/// How the tasks of a checkpoint relate.
struct TaskComparison {
    let checkpoint: String
    let similarity: TaskSimilarity
    let specificity: [HeadSpecificity]
    let warnings: [String]

    /// The tasks grouped by 1 − similarity, without the common mode where it is known.
    var tree: Cluster {
        averageLinkage(
            (similarity.withoutCommonMode ?? similarity.matrix).map { $0.map { 1 - ($0.value ?? 0) } })
    }
}

/// Compares the tasks of each checkpoint that has two or more.
func taskComparisons(
    in file: PatternFile, checkpoint: String?, measure: Similarity, scale: PatternScale = .raw,
    allowMismatch: Bool, resamples: Int, seed: Int
) throws -> [TaskComparison] {
    let list = try file.list(task: nil, checkpoint: checkpoint)
    let labels = inTrainingOrder(
        list.map(\.checkpoint).reduce(into: []) { if !$0.contains($1) { $0.append($1) } })
    return try labels.compactMap { label in
        guard list.count(where: { $0.checkpoint == label }) > 1 else { return nil }
        let tasks = try TaskSet(file, checkpoint: label, allowMismatch: allowMismatch)
        return TaskComparison(
            checkpoint: label,
            similarity: TaskSimilarity(
                tasks.measurements, by: measure, scale: scale, resamples: resamples, seed: seed),
            specificity: headSpecificity(
                tasks.measurements, resamples: resamples, seed: seed),
            warnings: tasks.warnings)
    }
}

/// How alike two tasks are on average, in a sentence; beside that of another checkpoint it says whether tasks parted.
func meanSimilarity(_ item: TaskComparison) -> String {
    "Mean of all pairs at \(item.checkpoint): \(written(item.similarity.mean) { fixed($0, decimals: 3) })."
}

/// A row and a column for each task.
func similarityTable(_ tasks: [String], _ matrix: [[Estimate]]) -> Table {
    var table = Table([.text("")] + tasks.map { .number($0) })
    for (task, row) in zip(tasks, matrix) {
        table.add([task] + row.map { estimate in written(estimate) { fixed($0, decimals: 2) } })
    }
    return table
}

/// The most specific heads whose task is certain.
func specificityTable(_ item: TaskComparison, count: Int) -> Table {
    let tasks = item.similarity.tasks
    var table = Table(
        [.text("head"), .text("serves"), .number("specificity"), .number("certainty")]
            + tasks.map { .number("for " + $0) })
    for head in item.specificity.filter({ $0.certainty >= 0.95 }).prefix(count) {
        table.add(
            [
                "L\(head.layer).H\(head.head)", tasks[head.task], fixed(head.specificity, decimals: 3),
                percent(head.certainty, decimals: 0),
            ] + head.parts.map { percent($0, decimals: 0) })
    }
    return table
}
