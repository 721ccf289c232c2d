import Foundation
import HeadActivation
import Reports
import Runs
import Training

/// The most points of a curve: a page is made anew again and again.
private let mostPoints = 400

/// The page of a run or a file of measurements as it is now. What cannot be read is said where it would stand.
func livePage(of source: LiveSource) -> Page {
    var data: [HeadData] = []
    let blocks =
        (source.folder.map { runBlocks($0, isActive: source.isActive) } ?? [])
        + [
            live("steps") {
                guard let recorded = try RunTelemetry(in: PatternFile(source.patterns)) else { return [] }
                let states = recorded.states
                data.append(states.data)
                return telemetrySection(recorded, states) + [
                    .row([.chart(strongestHeadsChart(recorded, most: mostPoints))])
                ]
            },
            live("checkpoints") { try measuredBlocks(source, &data) },
        ]
    let name =
        (source.folder ?? source.patterns).split(separator: "/").last.map(String.init) ?? source.patterns
    return Page(
        title: "Live: \(name)", subtitle: source.folder ?? source.patterns, blocks: blocks, data: data)
}

/// How a run goes, and its curves.
private func runBlocks(_ folder: String, isActive: Bool) -> [PageBlock] {
    let read = Result { try RunFiles(of: folder) }
    return [
        live("progress") {
            let files = try read.get()
            let progress = RunProgress(
                folder: folder, files.record, files.lines, isActive: isActive)
            return [.note(progress.sentence(folder: folder)), .definitions(files.facts)]
        },
        live("curves") {
            let files = try read.get()
            guard !files.lines.isEmpty else { return [] }
            let charts = trainingCharts(files.lines, files.evaluations, most: mostPoints)
            let found = findings(files.evaluations)
            return [.heading("The training", level: 2)] + (found.isEmpty ? [] : [.list(found)])
                + [.row(charts.map { .chart($0) })]
        },
    ]
}

/// The measured checkpoints of each task.
private func measuredBlocks(_ source: LiveSource, _ data: inout [HeadData]) throws -> [PageBlock] {
    guard FileManager.default.fileExists(atPath: source.patterns) else { return [] }
    let reader = try PatternReader(PatternFile(source.patterns))
    var blocks: [PageBlock] = []
    for (task, measured) in try grouped(reader.list()) {
        let names = inTrainingOrder(measured.map(\.checkpoint))
        let summaries = names.compactMap { name in measured.first { $0.checkpoint == name } }
        let states = HeadStates(
            task, try summaries.map { (name: $0.checkpoint, pattern: try reader.read($0).pattern) })
        data.append(states.data)
        blocks += [
            .heading("\(task): \(names.joined(separator: ", "))", level: 2),
            .paragraph(
                "Measured on the same \(measured[0].examples) examples; the maps are of `\(names.last ?? "")`."
            ),
            states.maps,
        ]
    }
    return blocks
}

/// Measurements by task, in the order of the file.
private func grouped(_ list: [MeasurementSummary]) -> [(task: String, measured: [MeasurementSummary])] {
    var tasks: [String] = []
    for summary in list where !tasks.contains(summary.task) { tasks.append(summary.task) }
    return tasks.map { task in (task, list.filter { $0.task == task }) }
}

/// A part of the page, or why it cannot be made.
private func live(_ id: String, _ make: () throws -> [PageBlock]) -> PageBlock {
    do {
        return .live(id: id, try make())
    } catch {
        return .live(id: id, [.note("Not to be shown now: \(error)")])
    }
}

/// What a run's folder says of it beside heads.
private struct RunFiles {
    let record: RunRecord
    let lines: [MetricsLine]
    let evaluations: [HeldOutLine]

    init(of folder: String) throws {
        record = try RunRecord(path: "\(folder)/run.json")
        lines = try MetricsLog.lines(at: "\(folder)/metrics.jsonl")
        evaluations = try EvaluationLog.lines(at: "\(folder)/evaluations.jsonl", through: .max)
    }

    var facts: [(term: String, text: String)] {
        var facts = [
            ("model", record.model), ("data", record.data),
            (
                "trained",
                "\(record.trainedPart): \(record.counts.trainedParameters) of \(record.counts.parameters) parameters"
            ),
            ("begun", record.created),
        ]
        if let last = lines.last {
            facts.append(("loss", "\(significant(Double(last.loss), digits: 4)) nats at step \(last.step)"))
            facts.append(("learning rate", significant(last.learningRate)))
        }
        if let held = evaluations.last { facts.append(("held out", held.text)) }
        return facts
    }
}
