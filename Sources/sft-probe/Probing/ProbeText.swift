import Foundation
import LinearProbes
import Reports
import Statistics

/// The results of probes as a terminal shows them: the best places of each site, and what changed.
func probeText(_ results: [ProbeResult], _ changes: [ProbeChange], _ task: ProbeTask, top: Int) -> String {
    var text = ""
    let isBinary = results.contains { $0.areaUnderCurve != nil }
    for site in ["residual", "head", "mlp", "final"] {
        let best = results.filter { $0.place.site == site }.sorted { $0.reading.logLoss < $1.reading.logLoss }
        guard !best.isEmpty else { continue }
        var table = Table(
            [.text(site), .number("accuracy"), .number("95 %")] + (isBinary ? [.number("AUROC")] : [])
                + [.number("log-loss"), .number("control"), .number("selectivity")])
        for result in best.prefix(top) {
            table.add(
                [name(result.place), percent(result.reading.accuracy), interval(result.interval)]
                    + (isBinary ? [result.areaUnderCurve.map { String(format: "%.3f", $0) } ?? ""] : [])
                    + [
                        String(format: "%.3f", result.reading.logLoss), result.control.map(percent) ?? "",
                        result.selectivity.map(percent) ?? "",
                    ])
        }
        text +=
            table.fitted + (best.count > top ? "… and \(best.count - top) more; --top 0 or --json\n" : "")
            + "\n"
    }
    if !changes.isEmpty { text += changeTable(changes, top: top) + "\n" }
    return text + sentence(results, task)
}

/// What the numbers rest on.
private func sentence(_ results: [ProbeResult], _ task: ProbeTask) -> String {
    let counts = task.names.indices.map { name in "\(task.names[name]) \(task.labels.count { $0 == name })" }
    let grouping =
        task.folds.isGrouped
        ? "Texts of one group are in one fold."
        : "No groups: if some texts are near-copies of others, such as minimal pairs, give the records a \"group\", else a "
            + "probe may know the copy instead of the label."
    return "\(task.texts.count) texts (\(counts.joined(separator: ", ")))"
        + (task.leftOut > 0 ? ", \(task.leftOut) without a label left out" : "")
        + "; always the commonest label: \(percent(task.majority)) %. Ordered by log-loss. \(grouping) Many places were tried, so the "
        + "best accuracy is flattering: choose the place on some texts and judge it on others."
}

private func changeTable(_ changes: [ProbeChange], top: Int) -> String {
    let real = changes.filter { $0.verdict == .changed }
    func rows(_ title: String, _ chosen: [ProbeChange]) -> String {
        guard !chosen.isEmpty else { return "" }
        var table = Table([
            .text(title), .number("points"), .number("95 %"), .number("won"), .number("lost"), .number("q"),
        ])
        for change in chosen.prefix(max(top, 1)) {
            table.add([
                "\(change.place.site) \(name(change.place))",
                String(format: "%+.1f", 100 * change.difference),
                change.interval.map(interval) ?? "", "\(change.won)", "\(change.lost)",
                String(format: "%.2g", change.q),
            ])
        }
        return table.fitted + "\n"
    }
    let gained = real.filter { $0.difference > 0 }.sorted { $0.difference > $1.difference }
    let lost = real.filter { $0.difference < 0 }.sorted { $0.difference < $1.difference }
    return rows("more can be read off", gained) + rows("less can be read off", lost)
        + "\(real.count) of \(changes.count) places changed (q ≤ 0.05, a paired test of the same texts or their groups).\n"
}

private func name(_ place: ProbePlace) -> String {
    place.head.map { "L\(place.layer).H\($0)" }
        ?? (place.site == "final" ? "after the norm" : "L\(place.layer)")
}

private func percent(_ share: Double) -> String { String(format: "%.1f", 100 * share) }

private func interval(_ interval: Interval) -> String {
    "[\(percent(interval.low)), \(percent(interval.high))]"
}
