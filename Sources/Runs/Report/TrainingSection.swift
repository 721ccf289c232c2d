import Foundation
package import Reports
import Statistics
import Training

/// What the run in a folder has done: its curves, and what the heads did meanwhile; nothing where the folder is no run's.
///
/// - Parameter telemetry: of the run; nil where it has none.
package func trainingSection(of folder: String, _ telemetry: RunTelemetry?) throws -> [PageBlock] {
    guard FileManager.default.fileExists(atPath: "\(folder)/metrics.jsonl"),
        let record = try? RunRecord(path: "\(folder)/run.json")
    else { return [] }
    let lines = try MetricsLog.lines(at: "\(folder)/metrics.jsonl")
    guard let first = lines.first, let last = lines.last else { return [] }
    let evaluations = try EvaluationLog.lines(at: "\(folder)/evaluations.jsonl", through: last.step)
    let charts = trainingCharts(lines, evaluations) + (telemetry.map { [strongestHeadsChart($0)] } ?? [])
    return [
        .heading("The training", level: 2),
        .paragraph(
            "`\(record.model)` on `\(record.data)`: \(record.trainedPart), \(record.counts.trainedParameters) of "
                + "\(record.counts.parameters) parameters, \(last.step) steps of \(record.settings.batchSize) examples, "
                + "learning rate \(significant(record.settings.learningRate)) (\(record.settings.schedule)). The loss of a "
                + "step went from \(significant(Double(first.loss), digits: 4)) to \(significant(Double(last.loss), digits: 4)) \(record.settings.preference == nil ? "nats a token" : "nats a pair")."
        ),
        .list(findings(evaluations)), .row(charts.map { .chart($0) }),
    ].filter { if case .list(let points) = $0 { !points.isEmpty } else { true } }
}

extension RunRecord {
    /// What is trained, in words.
    package var trainedPart: String {
        settings.lora.map { "LoRA of rank \($0.rank) on \($0.targets.joined(separator: ", "))" }
            ?? "all weights"
    }
}

/// What the held-out examples say of a run, in sentences; none before they were looked at twice.
package func findings(_ evaluations: [HeldOutLine]) -> [String] {
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
