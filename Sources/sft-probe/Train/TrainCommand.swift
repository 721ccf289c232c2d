import ArgumentParser
import Foundation
import Records
import Runs
import Training

/// `train`: fine-tuning, with head scores from the same backward pass.
struct Train: AsyncParsableCommand, ComputingCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Fine-tune a model (full or LoRA) and record the scores of its attention heads in every step.",
        usage: """
            sft-probe train --model <model> --data <data> --output <output> [<options>]
            sft-probe train --resume <run>
            """,
        discussion: """
            Writes to the folder of --output: run.json, metrics.jsonl, TensorBoard events, patterns.h5, checkpoints/ and \
            final/ (a PEFT adapter with --lora-rank, otherwise a model folder). --resume continues a stopped run and gives \
            the same numbers as an uninterrupted one.

            Example: sft-probe train --model smollm2-135m --data train.jsonl --output run --lora-rank 16 --max-steps 100
            """)

    @Option(
        help:
            "The model: a Hugging Face folder, a .gguf file, or the name of a pulled model; required unless --resume.",
        completion: .file()
    )
    var model: String?
    @Option(help: "Continue training the LoRA adapter in this folder (default: none).", completion: .file())
    var adapter: String?
    @Option(
        help:
            "The examples (JSON lines): prompt/completion, messages, alpaca, ShareGPT or text records; with --objective preference, records with chosen and rejected; required unless --resume.",
        completion: .file()
    )
    var data: String?
    @OptionGroup var reading: DataReading
    @Option(help: "Folder of the run; it must not exist yet; required unless --resume.", completion: .file())
    var output: String?
    @Option(
        help: "Resume the run in this folder with the flags it was started with (default: start a new run).",
        completion: .directory)
    var resume: String?

    @OptionGroup(title: "Objective") var objectives: ObjectiveOptions
    @OptionGroup(title: "New tokens") var tokens: NewTokenOptions
    @OptionGroup var flags: TrainingFlags
    @OptionGroup(title: "General") var config: ConfigOption

    var options: RunOptions { flags.options }

    func run() async throws {
        if let resume { return try await resumeTraining(in: resume, options) }
        try await train(try plan, options)
    }
}

/// Goes on with the run of a folder.
func resumeTraining(in folder: String, _ options: RunOptions) async throws {
    let record = try RunRecord(path: "\(folder)/run.json")
    var plan = try record.plan ?? Train.plan(ofOlder: record.arguments, folder: folder)
    plan.output = folder
    try await train(plan, resuming: record, options)
}

/// Trains as a plan says, or goes on with a run; a stopped one says how to go on.
func train(
    _ plan: TrainingPlan, resuming record: RunRecord? = nil, _ options: RunOptions
) async throws {
    if let fault = plan.outOfBounds {
        guard record != nil else {
            throw ValidationError("\(fault.flag) is \(fault.found), but must be \(fault.allowed).")
        }
        let key = fault.flag.dropFirst(2).replacing("-", with: "_")
        throw RecordError.invalid(
            path: "\(plan.output)/run.json", reason: "\(key) is \(fault.found), but must be \(fault.allowed)")
    }
    WrittenFiles.expect(plan.output)
    var run = try TrainingRun(plan, resuming: record, options.observer)
    do { try await run.run() } catch var stopped as Interrupted {
        stopped.command = "sft-probe train --resume \(stopped.run)"
        throw stopped
    }
}
