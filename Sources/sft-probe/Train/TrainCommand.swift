import ArgumentParser
import Evaluation
import Foundation
import Training
import Transformers

/// `train`: fine-tuning, with the heads' scores from the same backward pass.
struct Train: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Fine-tune a model (all weights, or LoRA), and score its heads in the steps that train.",
        discussion: """
            Writes into the folder RUN: run.json, metrics.jsonl, TensorBoard events, patterns.h5, checkpoints/ and \
            final/ (a PEFT adapter with --lora-rank, else a model folder). A run that was stopped goes on with \
            --resume RUN, to the same numbers.

            Example: sft-probe train --model smollm2-135m --data train.jsonl --output run --lora-rank 16 --max-steps 100
            """)

    @Option(help: "A folder in Hugging Face layout, a .gguf file, or a name in the cache.") var model: String?
    @Option(help: "Begin with the LoRA adapter in this folder, and train it on.") var adapter: String?
    @Option(help: "Examples as JSON lines: prompt/completion, messages, alpaca, ShareGPT or text.")
    var data: String?
    @OptionGroup var reading: DataReading
    @Option(help: "The folder of the run; it must not be there yet.") var output: String?
    @Option(help: "Go on with the run in this folder, by the flags that it began with.") var resume: String?

    @Option(help: "The largest learning rate (default: 2e-4 with LoRA, else 2e-5).") var learningRate: Double?
    @Option(
        help: "How the rate goes after the warm-up: constant, linear (to 0) or cosine (to 0).",
        transform: shape(named:))
    var schedule = Schedule.Shape.linear
    @Option(help: "Steps in which the rate rises from 0.") var warmupSteps = 0
    @Option(help: "The share of itself that a matrix loses in a step, times the rate.") var weightDecay = 0.0
    @Option(help: "Examples of a step.") var batchSize = 8
    @Option(help: "Times through the data (default: 1).") var epochs: Int?
    @Option(help: "Steps of the run, instead of --epochs.") var maxSteps: Int?
    @Option(help: "given: the order of the file, every epoch; or shuffled, by the seed.")
    var order = Order.shuffled
    @Option(help: "The longest gradient that is followed as it is; 0: any.") var clipNorm = 1.0
    @Flag(help: "Keep what enters each layer alone, and compute it once more on the way back.")
    var recompute = false

    @Option(help: "Train LoRA adapters of this rank instead of the weights.") var loraRank: Int?
    @Option(help: "Their scale, times the rank (default: twice the rank).") var loraAlpha: Double?
    @Option(help: "Ends of names of projections, with commas, or all-linear (default).")
    var loraTargets: String?
    @Option(help: "The share of an adapter's inputs that a step drops.") var loraDropout = 0.0
    @Flag(help: "Scale by alpha / √rank (rsLoRA) instead of alpha / rank.") var loraStabilized = false

    @Option(help: "Keep the heads' scores of the training examples every so many steps; 0: never.")
    var probeEvery = 1
    @Option(help: "Examples to measure before and after (default: the first of --data).") var probeData:
        String?
    @Option(help: "What these measurements are called in patterns.h5 (default: the file's name).")
    var probeTask: String?
    @Option(help: "Steps after which to measure too, with commas.") var probeSteps: String?
    @Option(help: "Only the first examples of the measured file; 0: measure nothing.") var probeLimit = 64
    @Option(help: "Held-out examples or multiple-choice questions to look at before and after.")
    var evaluateData: String?
    @Option(help: "Only the first of them.") var evaluateLimit: Int?
    @Option(help: "Steps between two evaluations; 0: before and after alone.") var evaluateEvery = 0
    @Option(help: "End where the held-out loss has risen by so many nats since the beginning.")
    var evaluateStop: Double?
    @Option(
        help: ArgumentHelp(
            "Where in an answer that the model writes its result is, as for evaluate. Default: hash where all have "
                + "####, else nothing is written and the loss alone is computed.",
            valueName: "hash|last-number|regex=…|none"),
        transform: answerExtraction)
    var evaluateExtract: AnswerExtraction?
    @Option(help: "The most tokens of an answer that the model writes; 0: write none.") var evaluateTokens =
        128
    @Option(help: "Steps between two checkpoints; 0: none.") var checkpointEvery = 100
    @OptionGroup var options: RunOptions

    /// Which examples a step takes.
    enum Order: String, ExpressibleByArgument, CaseIterable {
        case given, shuffled
    }

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
        let lora = loraAlpha != nil || loraTargets != nil || loraStabilized
        try check(
            loraRank != nil || !lora, "--lora-alpha, --lora-targets or --lora-stabilized", "given",
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

    /// Steps after which the held-out examples are measured.
    var stepsToProbe: Set<Int> {
        get throws {
            let parts = probeSteps?.split(separator: ",") ?? []
            let steps = parts.compactMap { Int($0) }.filter { $0 > 0 }
            guard steps.count == parts.count else {
                throw ValidationError(
                    "--probe-steps is \(probeSteps ?? ""), but must be steps such as 10,50,100.")
            }
            return Set(steps)
        }
    }

    func run() async throws {
        guard let resume else {
            var run = try TrainingRun(self)
            return try await run.finish()
        }
        let record = try RunRecord(path: "\(resume)/run.json")
        var began: Train
        do {
            began = try Train.parse(record.arguments)
            guard began.resume == nil else { throw ValidationError("--resume is given.") }
        } catch {
            throw UnusableData(
                description:
                    "\(resume)/run.json: its arguments are not those of a run: \(Train.message(for: error))")
        }
        (began.output, began.options.quiet, began.options.progress) = (
            resume, options.quiet, options.progress
        )
        var run = try TrainingRun(began, resuming: record)
        try await run.finish()
    }
}

private func shape(named name: String) throws -> Schedule.Shape {
    guard let shape = Schedule.Shape(rawValue: name) else {
        let names = Schedule.Shape.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("--schedule is \(name), but must be one of \(names).")
    }
    return shape
}
