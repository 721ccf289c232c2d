import ArgumentParser
import Evaluation
import Foundation
import Records
import Runs
import Training
import Transformers

/// `train`: fine-tuning, with head scores from the same backward pass.
struct Train: AsyncParsableCommand, ComputingCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Fine-tune a model (full or LoRA) and record the scores of its attention heads in every step.",
        discussion: """
            Writes to the folder of --output: run.json, metrics.jsonl, TensorBoard events, patterns.h5, checkpoints/ and \
            final/ (a PEFT adapter with --lora-rank, otherwise a model folder). --resume continues a stopped run and gives \
            the same numbers as an uninterrupted one.

            Example: sft-probe train --model smollm2-135m --data train.jsonl --output run --lora-rank 16 --max-steps 100
            """)

    @Option(
        help:
            "The model: a Hugging Face folder, a .gguf file, or the name of a pulled model; required unless --resume."
    )
    var model: String?
    @Option(help: "Continue training the LoRA adapter in this folder (default: none).") var adapter: String?
    @Option(
        help:
            "The examples (JSON lines): prompt/completion, messages, alpaca, ShareGPT or text records; with --objective preference, records with chosen and rejected; required unless --resume."
    )
    var data: String?
    @OptionGroup var reading: DataReading
    @Option(help: "Folder of the run; it must not exist yet; required unless --resume.") var output: String?
    @Option(
        help: "Resume the run in this folder with the flags it was started with (default: start a new run).")
    var resume: String?

    @Option(
        help:
            "What is minimised: supervised (the loss of answers) or preference (DPO, on records with chosen and rejected answers)."
    )
    var objective = RunObjective.supervised
    @Option(
        parsing: .unconditional,
        help: "With --objective preference: how strongly the model is held to its reference (default: 0.1).")
    var beta: Double?
    @Option(help: "With --objective preference: sigmoid (DPO) or ipo (default: sigmoid).")
    var loss: PreferenceLoss.Form?
    @Option(
        help:
            "With --objective preference: the share of pairs that may be the wrong way round, below 0.5 (default: 0)."
    )
    var labelSmoothing: Double?
    @Option(
        help: "With --objective preference: the weight of the chosen answers' supervised loss (default: 0).")
    var sftWeight: Double?
    @Option(
        help:
            "File of factors on the learning rate by module and phase; 0 freezes (default: 1 for all). docs/training.md has the format."
    )
    var rates: String?

    @Option(
        help:
            "New tokens for the model's vocabulary: separated by commas, or a file with one on each line (default: none). With LoRA the embedding, and a head of its own, are trained whole and saved with the adapter."
    )
    var newTokens: String?
    @Flag(
        help:
            "Make the new tokens special: text shown without special tokens leaves them out (with --new-tokens)."
    )
    var newTokensSpecial = false
    @Option(help: "Peak learning rate (default: 2e-4 with LoRA, otherwise 2e-5).") var learningRate: Double?
    @Option(
        help:
            "Learning-rate schedule after warm-up: constant, linear (to 0) or cosine (to 0) (default: linear).",
        transform: shape(named:))
    var schedule = Schedule.Shape.linear
    @Option(help: "Warm-up steps, in which the learning rate rises linearly from 0.") var warmupSteps = 0
    @Option(help: "Decoupled weight decay of AdamW, on matrices only.") var weightDecay = 0.0
    @Option(help: "Examples per optimizer step.") var batchSize = 8
    @Option(help: "Passes over the data (default: 1).") var epochs: Int?
    @Option(help: "Number of optimizer steps; replaces --epochs (default: by --epochs).") var maxSteps: Int?
    @Option(help: "Order of the examples in an epoch: given (as in the file) or shuffled (by --seed).")
    var order = TrainingPlan.Order.shuffled
    @Option(help: "Clip the global gradient norm to this value; 0 turns clipping off.") var clipNorm = 1.0
    @Flag(
        help:
            "Gradient checkpointing: keep only the inputs of layers and recompute the rest in the backward pass. Less memory, about a third more time."
    )
    var recompute = false

    @Option(help: "Train a LoRA adapter of this rank (default: train all weights).") var loraRank: Int?
    @Option(help: "LoRA alpha; the adapter is scaled by alpha / rank (default: twice the rank).")
    var loraAlpha: Double?
    @Option(
        help:
            "Projections to adapt, by the ends of their names, separated by commas, or all-linear (default: all-linear)."
    )
    var loraTargets: String?
    @Option(help: "Dropout probability on the adapter's inputs.") var loraDropout = 0.0
    @Flag(help: "rsLoRA: scale by alpha / √rank instead of alpha / rank.") var loraStabilized = false

    @Option(
        help:
            "Record the head scores of the training examples (telemetry) every this many steps; 0 records none."
    )
    var probeEvery = 1
    @Option(
        help:
            "Examples whose head scores are measured before and after training (default: the first examples of --data)."
    ) var probeData: String?
    @Option(help: "Task name of these measurements in patterns.h5 (default: the file's name).")
    var probeTask: String?
    @Option(help: "Steps after which to measure as well, separated by commas (default: none).")
    var probeSteps: String?
    @Option(help: "Number of examples to measure, from the start of the file; 0 measures nothing.")
    var probeLimit = 64
    @Option(
        help:
            "Held-out examples or multiple-choice questions to evaluate before and after training (default: none)."
    )
    var evaluateData: String?
    @Option(help: "Evaluate only this many of them, from the start of the file (default: all).")
    var evaluateLimit: Int?
    @Option(help: "Steps between evaluations; 0 evaluates only before and after training.")
    var evaluateEvery = 0
    @Option(
        help:
            "Stop early once the held-out loss is this many nats above its value before training (default: never)."
    )
    var evaluateStop: Double?
    @Option(
        help: ArgumentHelp(
            "How the answer is found in generated text, as for `evaluate`. Default: hash where all references have "
                + "####, else nothing is generated and only the loss is computed.",
            valueName: "hash|last-number|regex=…|none"),
        transform: answerExtraction)
    var evaluateExtract: AnswerExtraction?
    @Option(help: "Maximum number of generated tokens per held-out answer; 0 generates none.")
    var evaluateTokens =
        128
    @Option(help: "Steps between checkpoints; 0 writes none.") var checkpointEvery = 100
    @OptionGroup var options: RunOptions

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
    var run = try TrainingRun(plan, resuming: record, options.observer)
    do { try await run.run() } catch var stopped as Interrupted {
        stopped.command = "sft-probe train --resume \(stopped.run)"
        throw stopped
    }
}

private func shape(named name: String) throws -> Schedule.Shape {
    guard let shape = Schedule.Shape(rawValue: name) else {
        let names = Schedule.Shape.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("--schedule is \(name), but must be one of \(names).")
    }
    return shape
}
