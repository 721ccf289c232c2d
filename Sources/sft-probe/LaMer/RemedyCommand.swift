import ArgumentParser
import Foundation
import LaMerCurriculum
import Records

/// Values that go together.
enum RemedyPreset: String, ExpressibleByArgument, CaseIterable {
    case standard, paper
}

/// `remedy`: training on repair examples, and the diagnosis once more.
struct Remedy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Train a model on repair examples in their order, and diagnose it again.",
        discussion: """
            Trains LoRA on the examples in the order of their file, the same in every epoch, with general examples spread \
            evenly among them against forgetting. Then asks the same queries with the same facts and answers: what is \
            remedied, unchanged, newly broken, each with its 95 % interval, and what held-out general examples lost. \
            Writes RUN as `train` does, with remedy.json and outcomes.jsonl beside. A run that was stopped goes on when \
            the same command is given again.

            Example: sft-probe remedy curriculum/trl.jsonl --model smollm2-135m --diagnosis diagnosis.jsonl --general general.jsonl --output run
            """)

    @Argument(help: "Repair examples in their order: trl.jsonl of `schedule`, or what `synthesize` writes.")
    var examples: String
    @OptionGroup var model: ModelOption
    @Option(
        help:
            "The pairs, as `diagnose` writes them; with all pairs (diagnose --threshold 0) it also shows what breaks."
    )
    var diagnosis: String
    @Option(help: "The folder to write; where an unfinished run of the same command is, it goes on.")
    var output: String
    @Option(
        help: "General examples (any shape with answers), to mix in against forgetting and to watch it by.")
    var general: String?
    @Option(help: "The share of the mixture that is general examples.") var generalShare = 0.2
    @Option(help: "General examples to hold out; at most half of them are.") var generalHeldOut = 64
    @Option(
        help: "End training where the held-out general loss has risen by this many nats a token; 0: never.")
    var generalRise = 0.1
    @Option(
        help:
            "standard: rank 16, alpha 32, rate 2e-4; paper: rank 128, alpha 8, rate 5e-5; both 3 epochs, constant rate."
    ) var preset = RemedyPreset.standard
    @Option(help: "The rank of the LoRA adapters.") var loraRank: Int?
    @Option(help: "Their scale, times the rank.") var loraAlpha: Double?
    @Option(help: "The learning rate.") var learningRate: Double?
    @Option(help: "Times through the mixture.") var epochs = 3
    @Option(help: "Examples of a step.") var batchSize = 8
    @Option(
        help:
            "Examples to compare heads on: of the repair set, failing queries, others, general ones; 0: do not."
    )
    var heads = 64
    @Flag(help: "Print the summary as JSON.") var json = false
    @OptionGroup var options: RunOptions

    func validate() throws {
        func check(_ holds: Bool, _ flag: String, _ value: Any, _ bounds: String) throws {
            if !holds { throw ValidationError("\(flag) is \(value), but must be \(bounds).") }
        }
        try check(
            (0...0.9).contains(generalShare), "--general-share", generalShare, "at least 0 and at most 0.9")
        try check(generalHeldOut >= 0, "--general-held-out", generalHeldOut, "0 or more")
        try check(generalRise >= 0 && generalRise.isFinite, "--general-rise", generalRise, "0 or more")
        try check(loraRank ?? 1 >= 1, "--lora-rank", loraRank ?? 0, "at least 1")
        try check(
            learningRate.map { $0 > 0 && $0.isFinite } ?? true, "--learning-rate", learningRate ?? 0,
            "above 0")
        try check(epochs >= 1, "--epochs", epochs, "at least 1")
        try check(batchSize >= 1, "--batch-size", batchSize, "at least 1")
        try check(heads >= 0 && heads != 1, "--heads", heads, "0, or at least 2")
        try check(
            model.adapter == nil || (loraRank == nil && loraAlpha == nil), "--lora-rank or --lora-alpha",
            "given with --adapter", "left out: the adapter has a rank")
    }

    func run() async throws {
        let summary = try await RemedyRun(self).finish()
        print(json ? try jsonLine(summary) : summary.text)
        let report = heads > 0 ? " Next: sft-probe report \(output)/patterns.h5 --output report.html" : ""
        options.remark("\(output): wrote remedy.json, outcomes.jsonl and final/.\(report)")
    }

    /// The flags of the training, as `train` takes them.
    func training(stepsPerEpoch: Int, _ files: RemedyFiles) throws -> Train {
        let isPaper = preset == .paper
        var arguments = [
            "--model=\(model.model)", "--data=\(files.mixture)", "--output=\(output)",
            "--learning-rate=\(learningRate ?? (isPaper ? 5e-5 : 2e-4))", "--schedule=constant",
            "--order=given", "--epochs=\(epochs)", "--batch-size=\(batchSize)",
            "--probe-task=repair", "--probe-limit=\(heads)",
            "--seed=\(options.seed)", "--threads=\(options.threadCount)", "--workers=\(options.workers)",
            "--pack-tokens=\(options.packTokens)",
        ]
        if heads > 0 { arguments.append("--probe-data=\(files.repair)") }
        if let adapter = model.adapter {
            arguments.append("--adapter=\(adapter)")
        } else {
            let rank = loraRank ?? (isPaper ? 128 : 16)
            arguments += [
                "--lora-rank=\(rank)", "--lora-alpha=\(loraAlpha ?? (isPaper ? 8 : 2 * Double(rank)))",
            ]
        }
        if FileManager.default.fileExists(atPath: files.heldOut) {
            arguments += [
                "--evaluate-data=\(files.heldOut)", "--evaluate-tokens=0",
                "--evaluate-every=\(stepsPerEpoch)",
            ]
            if generalRise > 0 { arguments.append("--evaluate-stop=\(generalRise)") }
        }
        var train = try Train.parse(arguments)
        (train.options.quiet, train.options.progress) = (options.quiet, options.progress)
        return train
    }
}
