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

    func validate() throws {
        if resume != nil { return }
        for (value, flag) in [(model, "--model"), (data, "--data"), (output, "--output")] where value == nil {
            throw ValidationError(
                "\(flag) is missing; `train` needs --model, --data and --output, or --resume RUN.")
        }
        func check(_ holds: Bool, _ flag: String, _ value: Any, _ bounds: String) throws {
            if !holds { throw ValidationError("\(flag) is \(value), but must be \(bounds).") }
        }
        try check(
            learningRate.map { $0 > 0 && $0.isFinite } ?? true, "--learning-rate", learningRate ?? 0,
            "above 0")
        try check(warmupSteps >= 0, "--warmup-steps", warmupSteps, "0 or more")
        try check(weightDecay >= 0 && weightDecay.isFinite, "--weight-decay", weightDecay, "0 or more")
        try check(batchSize >= 1, "--batch-size", batchSize, "at least 1")
        try check(epochs ?? 1 >= 1, "--epochs", epochs ?? 0, "at least 1")
        try check(maxSteps ?? 1 >= 1, "--max-steps", maxSteps ?? 0, "at least 1")
        try check(epochs == nil || maxSteps == nil, "--epochs", "given with --max-steps", "given alone")
        try check(clipNorm >= 0, "--clip-norm", clipNorm, "0 or more")
        try check(loraRank ?? 1 >= 1, "--lora-rank", loraRank ?? 0, "at least 1")
        try check(
            0 <= loraDropout && loraDropout < 1, "--lora-dropout", loraDropout, "at least 0 and below 1")
        try check(
            loraRank == nil || adapter == nil, "--lora-rank", "given with --adapter",
            "given alone: the adapter has a rank")
        try checkPreference(check)
        try check(
            newTokens != nil || !newTokensSpecial, "--new-tokens-special", "given", "given with --new-tokens")
        let lora = loraAlpha != nil || loraTargets != nil || loraStabilized || loraDropout != 0
        try check(
            loraRank != nil || !lora,
            "--lora-alpha, --lora-targets, --lora-dropout or --lora-stabilized", "given",
            "given with --lora-rank")
        for (value, flag) in [
            (probeEvery, "--probe-every"), (evaluateEvery, "--evaluate-every"),
            (checkpointEvery, "--checkpoint-every"),
        ] {
            try check(value >= 0, flag, value, "0 or more")
        }
        try check(
            evaluateStop.map { $0 > 0 && $0.isFinite && evaluateEvery > 0 } ?? true, "--evaluate-stop",
            evaluateStop ?? 0, "above 0, and given with --evaluate-every")
        try check(probeLimit >= 0, "--probe-limit", probeLimit, "0 (no measurement) or more")
        try check(evaluateLimit ?? 1 >= 1, "--evaluate-limit", evaluateLimit ?? 0, "at least 1")
        try check(evaluateTokens >= 0, "--evaluate-tokens", evaluateTokens, "0 or more")
        try check(
            evaluateEvery == 0 || evaluateData != nil, "--evaluate-every", evaluateEvery,
            "given with --evaluate-data")
        _ = try stepsToProbe
    }

    private func checkPreference(_ check: (Bool, String, Any, String) throws -> Void) throws {
        guard objective == .preference else {
            let given = beta != nil || loss != nil || labelSmoothing != nil || sftWeight != nil
            return try check(
                !given, "--beta, --loss, --label-smoothing or --sft-weight", "given",
                "given with --objective preference")
        }
        try check(beta.map { $0 > 0 && $0.isFinite } ?? true, "--beta", beta ?? 0, "above 0")
        let smoothing = labelSmoothing ?? 0
        try check(
            0 <= smoothing && smoothing < 0.5, "--label-smoothing", smoothing, "at least 0 and below 0.5")
        try check(
            loss != .ipo || smoothing == 0, "--label-smoothing", smoothing,
            "0 with --loss ipo, which has none")
        try check(
            sftWeight.map { $0 >= 0 && $0.isFinite } ?? true, "--sft-weight", sftWeight ?? 0, "0 or more")
    }

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
