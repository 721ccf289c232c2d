import HeadActivation
import Reports
import Statistics

func percentText(_ share: Double?) -> String { percent(share, decimals: 1) }

/// How far each task's pattern moved, and what chance would show without a change: of the same examples, of others.
func changeTable(_ changes: [TaskChange]) -> Table {
    var table = Table([
        .text("task"), .text("from → to"), .number("moved"), .number("MSE"), .number("MSE of shares"),
        .number("Pearson"), .number("Spearman"), .number("cosine"),
    ])
    for item in changes {
        let distance = item.change.distance
        table.add([
            item.task, "\(item.from) → \(item.to)", written(distance.moved) { percentText($0) },
            written(distance.meanSquare) { significant($0) },
            written(distance.meanSquareOfShares) { significant($0) },
            written(distance.pearson) { fixed($0, decimals: 3) },
            written(distance.spearman) { fixed($0, decimals: 3) },
            written(distance.cosine) { fixed($0, decimals: 3) },
        ])
        if let chance = item.change.chance {
            table.add([
                "", "chance, same examples", percentText(chance.moved), significant(chance.meanSquare),
                significant(chance.meanSquareOfShares), fixed(chance.pearson, decimals: 3),
                fixed(chance.spearman, decimals: 3), fixed(chance.cosine, decimals: 3),
            ])
        }
        table.add(["", "chance, other examples", percentText(item.change.movedByChance), "", "", "", "", ""])
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
func settling(_ trajectory: Trajectory, _ verdict: Verdict) -> String {
    guard verdict == .changed, let point = trajectory.checkpoint(reaching: 0.9) else {
        return "When it happened is not said, for the pattern as a whole is \(verdict.rawValue)."
    }
    let range = trajectory.checkpoints(reaching: 0.9).map { range in
        range.earliest == range.latest
            ? " (so in 95 % of resamples)"
            : " (95 %: \(range.earliest.checkpoint) to \(range.latest.checkpoint))"
    }
    return "90 % of the change had happened by \(point.checkpoint)\(range ?? "")."
}

/// Heads whose share of the activation changed, the largest changes first.
func changedHeadsTable(_ title: String, _ heads: some Sequence<HeadChange>) -> Table {
    var table = Table([
        .text(title), .number("share before"), .number("after"), .number("change"), .number("t"),
        .number("q"),
    ])
    for head in heads {
        let change = head.after - head.before
        table.add([
            head.name, percent(head.before, decimals: 2), percent(head.after, decimals: 2),
            (change > 0 ? "+" : "") + percent(change, decimals: 2), fixed(head.t, decimals: 1),
            significant(head.q, digits: 2),
        ])
    }
    return table
}

/// Two tables: the heads that gained most and those that lost most; those that are empty are left out.
func gainedAndLostTables(_ change: TaskChange, top: Int) -> [Table] {
    let (gained, lost) = change.gainedAndLost
    return [("gained", gained), ("lost", lost)].filter { !$0.1.isEmpty }.map { name, heads in
        changedHeadsTable("\(heads.count) \(name)", heads.prefix(top))
    }
}

/// How many heads changed their share, in a line.
func headsOfChange(_ change: TaskChange) -> String {
    let count = "\(change.listed.count) of \(change.changed.count) heads"
    return
        "\(change.task): \(count) changed their share significantly (q ≤ \(change.rate), \(change.control.name))"
}
