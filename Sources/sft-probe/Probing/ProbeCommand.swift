import ArgumentParser
import Files
import Foundation
import HeadActivation
import LinearProbes
import Runs
import Statistics

/// `probe`: what can be read off a model's states by linear probes.
struct ProbeCommand: AsyncParsableCommand, ComputingCommand, TableCommand {
    static let configuration = CommandConfiguration(
        commandName: "probe",
        abstract: "Fit linear probes on stored states: what can be read off, in which layer and head?",
        discussion: """
            One L2-regularised logistic regression for each layer of the residual stream, each head, each feed-forward \
            layer, and the final norm, by cross-validation. The control fits the same probes to shuffled labels; \
            selectivity is accuracy less the control's.

            Example: sft-probe probe states.h5 --compare states-after.h5 --output probes.json
            """)

    @Argument(help: "States, as `states` writes them, with labels.", completion: .file()) var states: String
    @Option(help: "Which field of the records is read off: label or lang.") var label = "label"
    @Option(help: "Which field keeps texts in one fold: group or lang; none: every text by itself.")
    var group = "group"
    @Option(help: "Folds of the cross-validation.") var folds = 5
    @Option(help: "Weight of the L2 penalty: 1/C of scikit-learn.") var l2 = 1.0
    @Option(help: "How many times labels are shuffled for the control; 0: no control.") var control = 20
    @Option(
        help: "States of the same texts by another model, such as after training (default: none).",
        completion: .file())
    var compare: String?
    @Option(
        help:
            "Head scores of the same model (HDF5): do the heads that a task uses carry the label? (default: none)",
        completion: .file()
    )
    var patterns: String?
    @Option(help: "The task of --patterns (default: the first of the file).") var task: String?
    @Option(
        help: "Write all results as JSON into this file (default: none); `report --probes` shows it.",
        completion: .file())
    var output: String?
    @Flag(help: "Print JSON.") var json = false
    @Option(help: "Print only so many of the best places of each site; 0: all.") var top = 10
    @OptionGroup(title: "Computing") var options: RunOptions
    @OptionGroup(title: "General") var tables: TableOptions
    @OptionGroup(title: "General") var config: ConfigOption

    func validate() throws {
        guard ["label", "lang"].contains(label) else {
            throw ValidationError("--label is \(label), but must be label or lang.")
        }
        guard ["group", "lang", "none"].contains(group) else {
            throw ValidationError("--group is \(group), but must be group, lang or none.")
        }
        guard folds >= 2 else { throw ValidationError("--folds is \(folds), but must be at least 2.") }
        guard l2 > 0, l2.isFinite else { throw ValidationError("--l2 is \(l2), but must be above 0.") }
        guard task == nil || patterns != nil else {
            throw ValidationError("--task goes with --patterns.")
        }
        guard control >= 0 else { throw ValidationError("--control is \(control), but must be 0 or more.") }
    }

    private var settings: ProbeSettings {
        var settings = ProbeSettings()
        (settings.folds, settings.l2, settings.controls, settings.seed) = (folds, l2, control, options.seed)
        return settings
    }

    func run() async throws {
        try prepare(
            outputs: named("--output", output),
            reading: [NamedPath("the states", states)] + named("--compare", compare)
                + named("--patterns", patterns))
        let before = try StatesFile(states).read()
        let task = try ProbeTask(before, states, label: label, group: group, folds: folds)
        let measured = try patterns.map { try checkpoints(of: self.task, in: PatternFile($0)) }
        options.begin()
        sayNearCopies(before, task)
        let results = await probed(before, task)
        guard !results.isEmpty else {
            throw UnusableData(
                description:
                    "\(states): in some fold all other texts have one label, so no probe can be fitted; give "
                    + "more texts, or fewer --folds.")
        }
        let changes = try await changes(from: before, results, task)
        let record = ProbeRecord(
            results, changes, labels: task.names, leftOut: task.leftOut, majority: task.majority, task.folds,
            settings, states: states, compared: compare)
        let associations = try measured.map {
            try PatternAssociation.all(record, task: $0.task, $0.patterns, seed: options.seed)
        }
        let written = ProbeOutput(record: record, patterns: associations)
        if let output { try writeWhole(Data(try jsonText(written).utf8), to: output) }
        if json { return print(try jsonText(written)) }
        print(probeText(results, changes ?? [], task, top: top == 0 ? Int.max : top))
        for association in associations ?? [] { print(association.sentence) }
    }

    private func changes(
        from before: States, _ results: [ProbeResult], _ task: ProbeTask
    ) async throws -> [ProbeChange]? {
        guard let compare else { return nil }
        let after = try StatesFile(compare).read()
        guard after.texts == before.texts, after.places == before.places else {
            throw UnusableData(
                description:
                    "\(compare) has other texts or places than \(states); --compare needs states of the same "
                    + "records and sites.")
        }
        return probeChanges(from: results, to: await probed(after, task), task.folds, seed: options.seed)
    }

    /// Names texts that are nearly alike in different folds.
    private func sayNearCopies(_ states: States, _ task: ProbeTask) {
        guard let copies = states.nearCopies(of: task.texts, labels: task.labels, task.folds),
            let first = copies.pairs.first(where: \.hasTwoLabels) ?? copies.pairs.first
        else { return }
        let count = copies.pairs.count
        let twins = copies.pairs.count(where: \.hasTwoLabels)
        let pairs = "\(count) \(count == 1 ? "pair" : "pairs") of texts"
        options.remark(
            "\(self.states): \(pairs) in different folds are nearly alike in layer \(copies.layer), \(twins) of them with two "
                + "labels, such as \(states.texts[first.one].id) and \(states.texts[first.other].id). Where they are variants "
                + "of one text, a probe may know the variant instead of the label: give both records one \"group\"."
        )
    }

    private func probed(_ states: States, _ task: ProbeTask) async -> [ProbeResult] {
        let report = ProgressReport("probe", total: states.places.count, options)
        let results = await states.probed(
            texts: task.texts, labels: task.labels, classes: task.names.count, folds: task.folds, settings,
            workers: options.threadCount
        ) { report.advance(examples: $0, tokens: 0) }
        return results
    }
}

/// The file of `probe --output`: what was found, and how it goes with a task's heads.
private struct ProbeOutput: Encodable {
    let record: ProbeRecord
    let patterns: [PatternAssociation]?

    private enum Key: CodingKey { case patterns }

    func encode(to encoder: any Encoder) throws {
        try record.encode(to: encoder)
        var container = encoder.container(keyedBy: Key.self)
        try container.encodeIfPresent(patterns, forKey: .patterns)
    }
}

/// A task's patterns in the order of training: of the one that is named, or of the first of the file.
func checkpoints(
    of task: String?, in file: PatternFile
) throws -> (task: String, patterns: [(checkpoint: String, pattern: Pattern)]) {
    let list = try file.list(task: task, checkpoint: nil)
    guard let name = list.first?.task else { return (task ?? "", []) }
    let labels = inTrainingOrder(list.filter { $0.task == name }.map(\.checkpoint))
    return (name, try labels.map { ($0, try file.read(task: name, checkpoint: $0).pattern) })
}
