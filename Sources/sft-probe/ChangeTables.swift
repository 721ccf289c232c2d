import HeadActivation
import Reports

func percentText(_ share: Double?) -> String { percent(share, decimals: 1) }

/// How far each task's pattern moved.
func changeTable(_ changes: [TaskChange]) -> Table {
    var table = Table([
        .text("task"), .text("from → to"), .number("moved"), .number("by chance"), .number("MSE"),
        .number("MSE of shares"), .number("Pearson"), .number("Spearman"), .number("cosine"),
        .number("Pearson w/o common mode"),
    ])
    for item in changes {
        let change = item.change
        table.add([
            item.task, "\(item.from) → \(item.to)", written(change.moved) { percentText($0) },
            percentText(change.movedByChance), written(change.meanSquare) { significant($0) },
            written(change.meanSquareOfShares) { significant($0) },
            written(change.pearson) { fixed($0, decimals: 3) },
            written(change.spearman) { fixed($0, decimals: 3) },
            written(change.cosine) { fixed($0, decimals: 3) },
            fixed(change.withoutCommonMode?.pearson, decimals: 3),
        ])
    }
    return table
}

/// How a pattern moved from checkpoint to checkpoint.
func trajectoryTable(_ trajectory: Trajectory) -> Table {
    var table = Table([
        .text("checkpoint"), .number("moved from first"), .number("Pearson with first"),
        .number("moved from previous"),
        .number("Pearson with previous"), .number("moved to last"), .number("Pearson with last"),
        .number("progress"),
    ])
    for point in trajectory.points {
        func pair(_ distance: PatternDistance?) -> [String] {
            [percentText(distance?.moved), fixed(distance?.correlations.pearson, decimals: 3)]
        }
        table.add(
            [point.checkpoint] + pair(point.fromBase) + pair(point.fromPrevious) + pair(point.toFinal)
                + [percent(point.progress, decimals: 0)])
    }
    return table
}

/// By when most of the change had happened, in a sentence.
func settling(_ trajectory: Trajectory) -> String {
    guard let point = trajectory.checkpoint(reaching: 0.9) else { return "The pattern did not change." }
    return "90 % of the change had happened by \(point.checkpoint)."
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
