import HeadActivation
import Reports
import Statistics

/// What changed in each task, for the page.
func changeSection(_ changes: [TaskChange]) -> [PageBlock] {
    guard !changes.isEmpty else { return [] }
    var blocks: [PageBlock] = [
        .heading("What changed", level: 2),
        .paragraph(
            "Moved: the part of the activation that went to other heads. Chance, same examples: what swapping before and "
                + "after within examples shows; the verdict is by that. Chance, other examples: what measuring one state on "
                + "other examples would show. The common mode is the mean pattern of the other tasks at the first checkpoint."
        ),
        .table(
            changeTable(changes),
            caption:
                "In brackets: 95 % intervals, corrected for the noise that examples add (docs/how-sure.md)."),
    ]
    if let table = specificChangeTable(changes) {
        blocks.append(.table(table, caption: "The same when the common mode is out of both states."))
    }
    blocks += differenceMaps(changes)
    for change in changes {
        if let trajectory = change.trajectory {
            blocks += [
                .heading("\(change.task), checkpoint by checkpoint", level: 3),
                .paragraph(settling(trajectory, change.verdict)),
                .table(
                    trajectoryTable(trajectory),
                    caption: "Progress: how much of the way from the first pattern to the last is done."),
            ]
        }
        blocks += [
            .heading(headsOfChange(change), level: 3),
            .row(
                gainedAndLostTables(change, top: 15).map {
                    .table(
                        $0,
                        caption:
                            "The largest change first. Of all heads with q ≤ \(change.rate), at most that part is expected to be "
                            + "listed wrongly (Benjamini–Hochberg).")
                }),
        ]
        blocks += change.warnings.map { .note($0) }
    }
    return blocks
}

/// A map of where the activation went, for each task.
func differenceMaps(_ changes: [TaskChange]) -> [PageBlock] {
    let scale = ColorScale.signed(changes.flatMap { $0.change.differenceOfShares ?? [] })
    return changes.isEmpty
        ? []
        : [
            .row(
                changes.map { item in
                    .map(
                        HeatMap(
                            title: "\(item.task): \(item.from) → \(item.to)", layers: item.layers,
                            heads: item.heads,
                            values: item.change.differenceOfShares
                                ?? item.change.difference.map { _ in .nan },
                            source: .change(task: item.task), scale: scale,
                            legend: "change of the share of activation", label: { percent($0, decimals: 2) }))
                })
        ]
}

/// How tasks relate, for the page.
func similaritySection(_ comparisons: [TaskComparison]) -> [PageBlock] {
    guard !comparisons.isEmpty else { return [] }
    var blocks: [PageBlock] = [
        .heading("Which tasks use the same heads", level: 2),
        .paragraph(
            "Correlation of the activation patterns. All tasks share most of their pattern; without the common mode, the "
                + "mean pattern of the other tasks, one sees what sets them apart."),
    ]
    for item in comparisons {
        let tasks = item.similarity.tasks
        var tables = [
            PageBlock.table(similarityTable(tasks, item.similarity.matrix), caption: item.checkpoint)
        ]
        if let specific = item.similarity.withoutCommonMode {
            tables.append(
                .table(
                    similarityTable(tasks, specific), caption: "\(item.checkpoint), without the common mode"))
        }
        blocks += [
            .heading("At \(item.checkpoint)", level: 3), .row(tables), .paragraph(meanSimilarity(item)),
            .paragraph(
                "Tasks grouped by 1 − similarity; the numbers are the distances at which groups join."),
            .preformatted(item.tree.drawing(tasks) { fixed($0, decimals: 3) }),
            .table(
                specificityTable(item, count: 10),
                caption:
                    "Heads that serve one task more than the others: 0 all alike, 1 one task only. Certainty: the "
                    + "part of resamples in which the same task leads."),
        ]
        blocks += item.warnings.map { .note($0) }
    }
    return blocks
}

/// What a task is made of, for the page.
func compositionSection(_ composed: ComposedTask) -> [PageBlock] {
    let composition = composed.composition
    let (target, basics) = (composition.question.target, composition.question.basics.joined(separator: ", "))
    let scale = ColorScale.signed(composed.pattern + composed.fitted)
    func map(_ title: String, _ values: [Double]) -> PageBlock {
        .map(
            HeatMap(
                title: title, layers: composed.layers, heads: composed.heads, values: values,
                scale: scale, legend: composed.subject))
    }
    return [
        .heading("What \(target) is made of", level: 2), .note(verdictText(composition)),
        .paragraph("\(target), \(composed.subject), as a combination of \(basics)."),
        .table(
            factorsTable(composition),
            caption: "The factor α of each basic task, and what each explains alone."),
        .table(
            controlsTable(composition),
            caption:
                "The fit beside its controls. A high R² alone is weak evidence: all tasks share much of their "
                + "pattern."),
        .row([map(target, composed.pattern), map("fitted by \(basics)", composed.fitted)]),
    ] + mixture(composition) + composed.warnings.map { .note($0) }
}

/// What the composition says of data: the examples of each basic task in a thousand.
private func mixture(_ composition: Composition) -> [PageBlock] {
    let shares = composition.shares.map { $0.value ?? 0 }
    guard shares.contains(where: { $0 > 0 }) else { return [] }
    var table = Table([.text("basic task"), .number("of 1,000 examples")])
    for (task, count) in zip(composition.question.basics, apportioned(1000, by: shares)) {
        table.add([task, "\(count)"])
    }
    return [
        .table(
            table,
            caption:
                "A preparatory set in these parts; `patterns mix` writes it. What it is worth, the verdict says."
        )
    ]
}

/// Which examples of a pool are like a task, for the page.
func selectionSection(_ pool: MeasuredPool, target: String, count: Int, seed: Int) -> [PageBlock] {
    let choices = SelectionChoices(
        pool: pool.measurement, examples: pool.examples, scores: pool.scores, count: count, balance: 0.7,
        likeness: [], seed: seed)
    return [
        .heading("\(count) examples of \(pool.task) for \(target)", level: 2),
        .paragraph(
            "Chosen by the correlation of an example's pattern with the task's, without what the whole pool shares, and so "
                + "that they are not all alike; beside other ways to choose. Random ways are means over 100 draws."
        ),
        .table(
            choices.table,
            caption:
                "Overlap: the part that the choice by pattern takes too. The lines are written by `patterns select`."
        ),
    ]
}
