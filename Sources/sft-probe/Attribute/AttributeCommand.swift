import ArgumentParser
import Examples
import Files
import Foundation
import GradAttrib
import HeadActivation
import Kernels
import ModelHub
import Reports
import Runs
import Transformers

/// `attribute`: one measurement.
struct Attribute: AsyncParsableCommand, ComputingCommand, TableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure which attention heads a task uses, and write the measurement to HDF5.",
        discussion: """
            A head's score on an example is the gradient of the example's loss at a gate of 1 on the head's output. It is \
            negative if the head helps. The activation pattern is the mean absolute score over examples. Other methods \
            estimate the effect of ablating the head more closely, or compute it exactly; --audit uses them to test the \
            scores. With --adapter, the parts that go through the adapter and through the base weights are also scored \
            separately, for each adapted projection of attention. --checkpoints measures all states of a training one after \
            the other; given again, it goes on with those that are missing.

            Example: sft-probe attribute --model smollm2-135m --data gsm8k.jsonl --task gsm8k --output patterns.h5
            """)

    @OptionGroup var model: ModelOption
    @OptionGroup var data: DataOptions
    @Option(help: "Name of the task under which the measurement is stored.") var task: String
    @Option(help: "HDF5 file to write; the measurement is added if the file exists.", completion: .file())
    var output: String
    @Option(
        help:
            "Label of the model's state in the file: base, step-000050, final, … (default: the name of the folder of --adapter, else base)."
    )
    var checkpoint: String?
    @Option(
        help:
            "Output folder of a training, by this tool or by Hugging Face trainers (TRL, PEFT, Unsloth, LLaMA-Factory): measure --model as base, each checkpoint-<step>, and what was saved in the end, adapters or whole models (default: one state).",
        completion: .directory)
    var checkpoints: String?
    @OptionGroup var attribution: AttributionOptions
    @Option(
        help:
            "How token losses are reduced to a loss per example: example-mean, example-sum or batch-token-mean (default: example-mean).",
        completion: .names(of: Reduction.self), transform: reduction(named:))
    var reduction = Reduction.exampleMean
    @Option(help: "Examples per batch; used only by --reduction batch-token-mean.") var batchSize = 4
    @Option(
        help:
            "Measure only shard i of n, as in 2/8 (default: all examples); join shards with `patterns merge`.",
        transform: shard(named:))
    var shard: Shard?
    @Flag(help: "Also score the modules of each layer: q, k, v, o, attention, gate, up, down, mlp.")
    var modules = false
    @Flag(
        help:
            "Gradient checkpointing: keep only the inputs of layers and recompute the rest in the backward pass. Less memory, more time."
    )
    var recompute = false
    @Flag(help: "Overwrite an existing measurement of the same task and checkpoint.") var replace = false
    @Flag(help: "Print the results of --audit as JSON.") var json = false
    @OptionGroup(title: "Computing") var options: RunOptions
    @OptionGroup(title: "General") var tables: TableOptions
    @OptionGroup(title: "General") var config: ConfigOption

    func validate() throws {
        if checkpoints != nil, checkpoint != nil || model.adapter != nil || shard != nil || json {
            throw ValidationError(
                "--checkpoints finds adapters and labels by itself, and measures all examples; leave --checkpoint, --adapter, --shard and --json out."
            )
        }
        if attribution.auditedHeads != nil, shard != nil {
            throw ValidationError("--audit needs all examples; leave --shard out.")
        }
        if shard != nil, [.mean, .resample].contains(attribution.recipe.baseline) {
            throw ValidationError("The baseline mean or resample needs all examples; leave --shard out.")
        }
        if !attribution.objective.isReduced, reduction != .exampleMean {
            throw ValidationError(
                "--objective \(attribution.objective.rawValue) sums over the answer; leave --reduction out.")
        }
        if modules, !attribution.isGateOfLoss {
            throw ValidationError("--modules goes with --method gate and --objective nll.")
        }
        guard batchSize >= 1 else {
            throw ValidationError("--batch-size is \(batchSize), but must be at least 1.")
        }
    }

    func run() async throws {
        let file = PatternFile(output)
        let states = try states
        try requireFolder(of: output)
        let inputs = states.flatMap { named("--adapter", $0.adapter) }
        try prepare(measurements: output, reading: model.inputs + data.inputs + inputs)
        if checkpoints == nil {
            try file.requireRoom(task: task, checkpoint: states[0].label, replacing: replace)
        } else {
            options.remark("\(states.count) states: \(states.map(\.label).joined(separator: ", "))")
        }
        for state in states { try await measure(state, into: file) }
        if states.count > 1 {
            options.remark("Next: sft-probe patterns compare \(output), or sft-probe report \(output)")
        }
    }

    /// The states of the model that are measured.
    private var states: [TrainedState] {
        get throws {
            if let checkpoints { return try TrainedState.all(in: checkpoints, base: model.model) }
            let label = checkpoint ?? model.adapter.map(stateLabel(ofFolder:)) ?? "base"
            if checkpoint == nil, model.adapter != nil {
                options.remark(
                    "the measurement is labelled \(label), by the folder of --adapter; --checkpoint names another"
                )
            }
            return [TrainedState(label: label, model: model.model, adapter: model.adapter)]
        }
    }

    /// Measures a state, and writes it to the file.
    private func measure(_ state: TrainedState, into file: PatternFile) async throws {
        let run = try AttributionRun(plan(of: state), options.observer)
        if checkpoints != nil, !replace, try run.isDone(in: file) {
            return options.remark("\(output): /\(task)/\(state.label) is there already")
        }
        try file.requireRoom(task: task, checkpoint: state.label, replacing: replace)
        let kept = try run.keptScores(beside: output)
        let measurement = try await run.measure(keeping: kept)
        try file.write(measurement, replacing: replace)
        kept.remove()
        if let figures = AuditFigures(measurement, seed: options.seed), let audit = measurement.audit {
            if json {
                print(try jsonText(AuditJSON(measurement, seed: options.seed)))
            } else {
                print(auditTable(figures).fitted, terminator: "")
                print(auditSentence(figures, audit))
            }
        }
        let next =
            checkpoints == nil
            ? ". Next: sft-probe patterns stats \(output), or sft-probe report \(output)" : ""
        options.remark("\(output): wrote /\(task)/\(state.label)\(next)")
    }

    /// What the flags ask for.
    private func plan(of state: TrainedState) -> AttributionPlan {
        var plan = AttributionPlan(
            of: state.model, adapter: state.adapter, on: data.data, task: task, checkpoint: state.label,
            recipe: attribution.recipe, computing: options.computing)
        plan.reading = data.reading.plan
        (plan.reduction, plan.batchSize, plan.shard) = (reduction, batchSize, shard)
        (plan.modules, plan.recompute, plan.tokenScores) = (modules, recompute, attribution.tokenScores)
        plan.audit = attribution.auditPlan
        return plan
    }
}

private func shard(named name: String) throws -> Shard {
    guard let shard = Shard(name) else {
        throw ValidationError("--shard is \(name), but must be i/n with 1 ≤ i ≤ n, as in 2/8.")
    }
    return shard
}

private func reduction(named name: String) throws -> Reduction {
    guard let reduction = Reduction(rawValue: name) else {
        let names = Reduction.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("--reduction is \(name), but must be one of \(names).")
    }
    return reduction
}

/// Refuses an output whose folder is not there, before anything is computed.
func requireFolder(of path: String) throws {
    let folder = URL(filePath: path).deletingLastPathComponent().path
    var isFolder: ObjCBool = false
    guard unsafe FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue
    else {
        throw CannotCreate(path: path, reason: "the folder \(folder) does not exist.")
    }
}
