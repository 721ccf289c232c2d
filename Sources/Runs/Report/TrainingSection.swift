import Foundation
import HeadActivation
import Records
import Reports
import Runs
import Statistics
import Training

/// What the run in a folder has done: its curves, and what the heads did meanwhile; nothing where the folder is no run's.
func trainingSection(of folder: String) throws -> [Block] {
    guard FileManager.default.fileExists(atPath: "\(folder)/metrics.jsonl"),
        let record = try? RunRecord(path: "\(folder)/run.json")
    else { return [] }
    let lines = try MetricsLog.lines(at: "\(folder)/metrics.jsonl")
    guard let first = lines.first, let last = lines.last else { return [] }
    let evaluations = try EvaluationLog.lines(at: "\(folder)/evaluations.jsonl", through: last.step)
    var charts: [Block] = [.chart(lossChart(lines, evaluations))]
    if let chart = preferenceChart(lines) { charts.append(.chart(chart)) }
    if let chart = accuracyChart(evaluations) { charts.append(.chart(chart)) }
    if let chart = try headsChart(PatternFile("\(folder)/patterns.h5")) { charts.append(.chart(chart)) }
    let what =
        record.settings.lora.map { "LoRA of rank \($0.rank) on \($0.targets.joined(separator: ", "))" }
        ?? "all weights"
    return [
        .heading("The training", level: 2),
        .paragraph(
            "`\(record.model)` on `\(record.data)`: \(what), \(record.counts.trainedParameters) of "
                + "\(record.counts.parameters) parameters, \(last.step) steps of \(record.settings.batchSize) examples, "
                + "learning rate \(significant(record.settings.learningRate)) (\(record.settings.schedule)). The loss of a "
                + "step went from \(significant(Double(first.loss), digits: 4)) to \(significant(Double(last.loss), digits: 4)) \(record.settings.preference == nil ? "nats a token" : "nats a pair")."
        ),
        .list(evaluations.isEmpty ? [] : findings(evaluations)), .row(charts),
    ].filter { if case .list(let points) = $0 { !points.isEmpty } else { true } }
}

private func findings(_ evaluations: [HeldOutLine]) -> [String] {
    guard let first = evaluations.first, let last = evaluations.last, first.step < last.step else {
        return []
    }
    let error =
        (first.loss_standard_error * first.loss_standard_error + last.loss_standard_error
        * last.loss_standard_error).squareRoot()
    let paired = heldOutChange(evaluations).map {
        costSentence("held-out data", $0, $0.verdict(q: $0.p))
    }
    var found = [
        paired
            ?? "Held-out loss: \(significant(first.loss, digits: 4)) before, \(significant(last.loss, digits: 4)) after step "
            + "\(last.step), a change of \(significant(last.loss - first.loss, digits: 3)) nats; the standard error of a "
            + "difference of such means would be \(significant(error, digits: 2)) if they were of different examples, and "
            + "is smaller for the same ones."
    ]
    if let before = first.accuracy, let after = last.accuracy {
        func interval(_ line: HeldOutLine) -> String {
            "[\(percent(line.accuracy_low)), \(percent(line.accuracy_high))]"
        }
        found.append(
            "Right answers: \(percent(before)) \(interval(first)) before, \(percent(after)) \(interval(last)) after, of "
                + "\(last.examples); 95 % intervals after Wilson.")
    }
    return found
}

private func lossChart(_ lines: [MetricsLine], _ evaluations: [HeldOutLine]) -> LineChart {
    let isPreference = lines.contains { $0.figures["margin"] != nil }
    let heldOut = LineChart.Line(
        "held out, ± standard error", evaluations.map { (Double($0.step), $0.loss) },
        intervals: evaluations.map { $0.loss - $0.loss_standard_error...$0.loss + $0.loss_standard_error })
    let training = LineChart.Line("training", lines.map { (Double($0.step), Double($0.loss)) })
    return LineChart(
        title: isPreference ? "Loss: of a pair; held out, of a chosen token; nats" : "Loss, nats a token",
        across: "step", up: "nats",
        lines: evaluations.isEmpty ? [training] : [training, heldOut])
}

/// What a preference run makes of its pairs.
private func preferenceChart(_ lines: [MetricsLine]) -> LineChart? {
    func line(_ title: String, _ name: String) -> LineChart.Line {
        LineChart.Line(title, lines.compactMap { line in line.figures[name].map { (Double(line.step), $0) } })
    }
    guard lines.contains(where: { $0.figures["margin"] != nil }) else { return nil }
    return LineChart(
        title: "Rewards β·(log π − log π of the reference), nats", across: "step", up: "nats",
        lines: [
            line("chosen", "rewards_chosen"), line("rejected", "rewards_rejected"),
            line("margin", "margin"),
        ])
}

private func accuracyChart(_ evaluations: [HeldOutLine]) -> LineChart? {
    let measured = evaluations.filter { $0.accuracy != nil }
    guard measured.count > 1 else { return nil }
    return LineChart(
        title: "Right answers, %", across: "step", up: "%",
        lines: [
            LineChart.Line(
                "held out, 95 % interval", measured.map { (Double($0.step), 100 * ($0.accuracy ?? 0)) },
                intervals: measured.map { 100 * ($0.accuracy_low ?? 0)...100 * ($0.accuracy_high ?? 1) })
        ])
}

/// How much the five heads that were strongest in the first steps mattered to the examples of each step.
private func headsChart(_ source: PatternFile) throws -> LineChart? {
    guard let task = try source.telemetryTasks().first, let telemetry = try source.readTelemetry(task: task)
    else {
        return nil
    }
    let shares = telemetry.sharesOfStrongest(5, judgedBy: 5)
    return LineChart(
        title: "Heads in the training steps: share of the activation, %", across: "step", up: "%",
        lines: [
            LineChart.Line(
                "5 strongest heads of the first 5 steps", shares.map { (Double($0.step), 100 * $0.share) })
        ])
}
