import HeadActivation
import Reports

func percentText(_ share: Double?) -> String { percent(share, decimals: 1) }

/// How far each task's pattern moved.
func changeTable(_ changes: [TaskChange]) -> Table {
    var table = Table([
        .text("task"), .text("from → to"), .number("moved"), .number("by chance"), .number("MSE"),
        .number("MSE of shares"), .number("Pearson"), .number("Spearman"), .number("cosine"),
    ])
    for item in changes {
        let distance = item.change.distance
        table.add([
            item.task, "\(item.from) → \(item.to)", written(distance.moved) { percentText($0) },
            percentText(item.change.movedByChance), written(distance.meanSquare) { significant($0) },
            written(distance.meanSquareOfShares) { significant($0) },
            written(distance.pearson) { fixed($0, decimals: 3) },
            written(distance.spearman) { fixed($0, decimals: 3) },
            written(distance.cosine) { fixed($0, decimals: 3) },
        ])
    }
    return table
}

/// What remains of the change when the mean pattern of the other tasks is out of both states; nil where no task has
/// others beside it.
func specificChangeTable(_ changes: [TaskChange]) -> Table? {
    var table = Table([
        .text("task, without the common mode"), .text("from → to"), .number("MSE"), .number("Pearson"),
        .number("Spearman"), .number("cosine"),
    ])
    for item in changes {
        guard let rest = item.change.withoutCommonMode else { continue }
        table.add([
            item.task, "\(item.from) → \(item.to)", written(rest.meanSquare) { significant($0) },
            written(rest.pearson) { fixed($0, decimals: 3) },
            written(rest.spearman) { fixed($0, decimals: 3) },
            written(rest.cosine) { fixed($0, decimals: 3) },
        ])
    }
    return table.rows.isEmpty ? nil : table
}

/// How a pattern moved from checkpoint to checkpoint.
func trajectoryTable(_ trajectory: Trajectory) -> Table {
    let references = ["first", "previous", "last"]
    var table = Table(
        [.text("checkpoint")] + references.map { .number("moved, \($0)") }
            + references.map { .number("Pearson, \($0)") }
            + references.map { .number("MSE of shares, \($0)") } + [.number("progress")])
    for point in trajectory.points {
        let distances = [point.fromBase, point.fromPrevious, point.toFinal]
        func row(_ text: (DistanceEstimates) -> String) -> [String] { distances.map { $0.map(text) ?? "–" } }
        table.add(
            [point.checkpoint] + row { written($0.moved) { percentText($0) } }
                + row { written($0.pearson) { fixed($0, decimals: 3) } }
                + row { written($0.meanSquareOfShares) { significant($0, digits: 2) } }
                + [written(point.progress) { percent($0, decimals: 0) }])
    }
    return table
}

/// By when most of the change had happened, in a sentence.
func settling(_ trajectory: Trajectory) -> String {
    guard let point = trajectory.checkpoint(reaching: 0.9) else { return "The pattern did not change." }
    let range = trajectory.checkpoints(reaching: 0.9).map { range in
        range.earliest == range.latest
            ? " (so in 95 % of resamples)"
            : " (95 %: \(range.earliest.checkpoint) to \(range.latest.checkpoint))"
    }
    return "90 % of the change had happened by \(point.checkpoint)\(range ?? "")."
}

/// Heads whose share of the activation changed.
func changedHeadsTable(_ heads: some Sequence<HeadChange>) -> Table {
    var table = Table([
        .text("head"), .number("share before"), .number("after"), .number("factor"), .number("t"),
        .number("q"),
    ])
    for head in heads {
        table.add([
            "L\(head.layer).H\(head.head)", percent(head.before, decimals: 2),
            percent(head.after, decimals: 2),
            head.before > 0 ? significant(head.after / head.before) : "–", fixed(head.t, decimals: 1),
            significant(head.q, digits: 2),
        ])
    }
    return table
}
