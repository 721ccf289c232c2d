import ArgumentParser
import Files
import Foundation
import LinearProbes
import Runs
import Statistics

/// `probe`: what can be read off a model's states by linear probes.
struct ProbeCommand: ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "probe",
        abstract: "Fit linear probes on stored states: what can be read off, in which layer and head?",
        discussion: """
            One L2-regularised logistic regression for each layer of the residual stream, each head, each feed-forward \
            layer, and the final norm, by cross-validation. The control fits the same probes to shuffled labels; \
            selectivity is accuracy less the control's.

            Example: sft-probe probe states.h5 --group pair --compare states-after.h5
            """)

    @Argument(help: "States, as `states` writes them, with labels.") var states: String
    @Option(help: "Which field of the records is read off: label or lang.") var label = "label"
    @Option(help: "Which field keeps texts in one fold: group or lang; none: every text by itself.")
    var group = "group"
    @Option(help: "Folds of the cross-validation.") var folds = 5
    @Option(help: "Weight of the L2 penalty: 1/C of scikit-learn.") var l2 = 1.0
    @Option(help: "How many times labels are shuffled for the control; 0: no control.") var control = 20
    @Option(help: "States of the same texts by another model, such as after training.") var compare: String?
    @Option(help: "Write all results as JSON into this file (default: none).") var output: String?
    @Flag(help: "Print JSON.") var json = false
    @Option(help: "Print only so many of the best places of each site; 0: all.") var top = 10
    @OptionGroup var options: RunOptions

    func validate() throws {
        guard ["label", "lang"].contains(label) else {
            throw ValidationError("--label is \(label), but must be label or lang.")
        }
        guard ["group", "lang", "none"].contains(group) else {
            throw ValidationError("--group is \(group), but must be group, lang or none.")
        }
        guard folds >= 2 else { throw ValidationError("--folds is \(folds), but must be at least 2.") }
        guard l2 > 0, l2.isFinite else { throw ValidationError("--l2 is \(l2), but must be above 0.") }
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
            reading: [NamedPath("the states", states)] + named("--compare", compare))
        let before = try StatesFile(states).read()
        let task = try ProbeTask(before, states, label: label, group: group, folds: folds)
        options.begin()
        let results = await probed(before, task)
        guard !results.isEmpty else {
            throw UnusableData(
                description:
                    "\(states): in some fold all other texts have one label, so no probe can be fitted; give "
                    + "more texts, or fewer --folds.")
        }
        var changes: [ProbeChange] = []
        if let compare {
            let after = try StatesFile(compare).read()
            guard after.texts == before.texts, after.places == before.places else {
                throw UnusableData(
                    description:
                        "\(compare) has other texts or places than \(states); --compare needs states of the same "
                        + "records and sites.")
            }
            changes = probeChanges(
                from: results, to: await probed(after, task), task.folds, seed: options.seed)
        }
        let report = ProbeJSON(results, changes, task, settings)
        if let output { try writeWhole(Data(try jsonText(report).utf8), to: output) }
        print(json ? try jsonText(report) : probeText(results, changes, task, top: top == 0 ? Int.max : top))
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
