import ArgumentParser
import Foundation
import Records
import Runs

/// `remedy`: training on repair examples, and the diagnosis once more.
struct Remedy: AsyncParsableCommand, ComputingCommand, TableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Fine-tune a model on repair examples in their given order, and diagnose it again.",
        discussion: """
            Trains a LoRA adapter on the examples in file order, the same in every epoch. General examples are mixed in at \
            even distances against forgetting. Then the same queries are diagnosed again with the same facts and \
            candidates. The result: shares of remedied, unchanged and newly broken pairs with 95 % intervals, and the \
            change of the held-out general loss. Writes the folder that `train` writes, and remedy.json and \
            outcomes.jsonl. A stopped run is resumed by giving the same command again.

            Example: sft-probe remedy curriculum/trl.jsonl --model smollm2-135m --diagnosis diagnosis.jsonl --general general.jsonl --output run
            """)

    @Argument(
        help: "Repair examples in training order: trl.jsonl of `schedule`, or the output of `synthesize`.",
        completion: .file())
    var examples: String
    @OptionGroup var model: ModelOption
    @Option(
        help:
            "Pairs written by `diagnose`; newly broken pairs can be seen only with all pairs (diagnose --threshold 0).",
        completion: .file()
    )
    var diagnosis: String
    @Option(
        help: "Folder of the run; an unfinished run of the same command in it is resumed.",
        completion: .file())
    var output: String
    @Option(
        help:
            "General examples with answers, any record shape: mixed in against forgetting, and held out to measure it (default: none).",
        completion: .file()
    )
    var general: String?
    @Option(help: "Share of general examples in the training mixture.") var generalShare = 0.2
    @Option(help: "Number of general examples held out; at most half of them are.") var generalHeldOut = 64
    @Option(
        help:
            "Stop early once the held-out general loss has risen by this many nats per token; 0 never stops.")
    var generalRise = 0.1
    @Option(
        help:
            "Defaults of LoRA: standard (rank 16, alpha 32, learning rate 2e-4) or paper (rank 128, alpha 8, 5e-5)."
    ) var preset = RemedyPreset.standard
    @Option(help: "LoRA rank (default: by --preset).") var loraRank: Int?
    @Option(help: "LoRA alpha; the adapter is scaled by alpha / rank (default: by --preset).") var loraAlpha:
        Double?
    @Option(help: "Constant learning rate (default: by --preset).") var learningRate: Double?
    @Option(help: "Passes over the mixture.") var epochs = 3
    @Option(help: "Examples per optimizer step.") var batchSize = 8
    @Option(
        help:
            "Compare head scores on up to this many examples of each group (repair, failing, passing, general); 0 skips it."
    )
    var heads = 64
    @Flag(help: "Print the summary as JSON.") var json = false
    @OptionGroup(title: "Computing") var options: RunOptions
    @OptionGroup(title: "General") var tables: TableOptions
    @OptionGroup(title: "General") var config: ConfigOption

    func validate() throws {
        func check(_ holds: Bool, _ flag: String, _ value: Any, _ bounds: String) throws {
            if !holds { throw ValidationError("\(flag) is \(value), but must be \(bounds).") }
        }
        try check(
            (0...0.9).contains(generalShare), "--general-share", generalShare, "at least 0 and at most 0.9")
        try check(generalHeldOut >= 0, "--general-held-out", generalHeldOut, "0 or more")
        try check(generalRise >= 0 && generalRise.isFinite, "--general-rise", generalRise, "0 or more")
        try check(
            (1...4096).contains(loraRank ?? 1), "--lora-rank", loraRank ?? 0, "at least 1 and at most 4096")
        try check(
            learningRate.map { $0 > 0 && $0.isFinite } ?? true, "--learning-rate", learningRate ?? 0,
            "above 0")
        try check((1...1_000_000).contains(epochs), "--epochs", epochs, "at least 1 and at most 1000000")
        try check(batchSize >= 1, "--batch-size", batchSize, "at least 1")
        try check(heads >= 0 && heads != 1, "--heads", heads, "0, or at least 2")
        try check(
            model.adapter == nil || (loraRank == nil && loraAlpha == nil), "--lora-rank or --lora-alpha",
            "given with --adapter", "left out: the adapter has a rank")
    }

    func run() async throws {
        WrittenFiles.expect(output)
        let summary: RemedySummary
        do { summary = try await RemedyRun(plan, options.observer).run() } catch var stopped as Interrupted {
            stopped.command = "the same command"
            throw stopped
        }
        print(json ? try jsonLine(summary) : summary.text)
        let report = heads > 0 ? " Next: sft-probe report \(output)/patterns.h5 --output report.html" : ""
        options.remark("\(output): wrote remedy.json, outcomes.jsonl and final/.\(report)")
    }

    /// What the flags ask for.
    private var plan: RemedyPlan {
        var plan = RemedyPlan(
            of: model.model, adapter: model.adapter, by: examples, diagnosis: diagnosis, output: output,
            computing: options.computing)
        (plan.general, plan.generalShare) = (general, generalShare)
        (plan.generalHeldOut, plan.generalRise) = (generalHeldOut, generalRise)
        (plan.preset, plan.loraRank, plan.loraAlpha) = (preset, loraRank, loraAlpha)
        (plan.learningRate, plan.epochs, plan.batchSize) = (learningRate, epochs, batchSize)
        plan.heads = heads
        return plan
    }
}
