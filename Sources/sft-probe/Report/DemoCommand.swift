import ArgumentParser
import Foundation
import HeadActivation
import ModelHub
import Reports
import Runs
import Training

/// `demo`: the main job from end to end on a small real model.
struct Demo: AsyncParsableCommand, ComputingCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure three small tasks on a real model, fine-tune it, and write patterns and a report.",
        discussion: """
            Downloads SmolLM2-135M-Instruct on first use (98 MB).

            Example: sft-probe demo --output demo
            """)

    @Option(help: "Output folder for patterns.h5 and report.html; created if missing.", completion: .file())
    var output = "demo"
    @Option(help: "Folder with the task files.", completion: .directory) var tasks = "notebooks-data/tasks"
    @Option(
        help: "The model: a Hugging Face folder, a .gguf file, or the name of a pulled model.",
        completion: .file())
    var model = "smollm2-135m"
    @Option(help: "Use only this many examples of each task (default: all).") var limit: Int?
    @Option(help: "LoRA training steps on arithmetic; 0 only measures.") var steps = 100
    @OptionGroup(title: "Computing") var options: RunOptions
    @OptionGroup(title: "General") var config: ConfigOption

    private static let names = ["arithmetic", "code", "cause-effect"]

    func validate() throws {
        guard steps >= 0 else { throw ValidationError("--steps is \(steps), but must be 0 or more.") }
    }

    func run() async throws {
        do {
            try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
        } catch {
            throw CannotCreate(path: output, reason: error.localizedDescription)
        }
        if (try? resolveModel(model)) == nil { _ = try await pull(model, quiet: options.quiet) }
        let run = "\(output)/run"
        // Without its report it was broken off, and goes on.
        guard steps == 0 || ![run, "\(output)/report.html"].allSatisfy(isThere) else {
            throw CannotCreate(
                path: run, reason: "it is there from an earlier demonstration, which is kept.")
        }
        try await measure("base")
        printStatistics(
            of: try PatternDigest.all(in: PatternFile(patterns), resamples: 1000, seed: 0, top: 5),
            in: patterns,
            top: 5)
        if steps > 0 {
            if !isThere("\(run)/final") { try await train(run) }
            try await measure("final", adapter: "\(run)/final")
        }
        let report = "\(output)/report.html"
        try prepare(outputs: named("--output", report), reading: named("the measurements", patterns))
        print(try ReportPage(of: patterns, runFolder: run).write(to: report))
        let names = steps > 0 ? Self.names : []
        let measured = try PatternReader(PatternFile(patterns))
        let changes = try names.compactMap { name throws(PatternError) in
            try TaskChange(
                name, in: measured, allowMismatch: false, resamples: 1000, seed: options.seed)
        }
        print(TaskChange.decided(changes).flatMap(\.summary).joined(separator: "\n"))
        print(
            """

            The measurements are in \(patterns) (HDF5: h5py, h5ls -r), the run in \(run). Next, with your own:
              .build/release/sft-probe train --model MODEL --data EXAMPLES.jsonl --output run --lora-rank 16
            """)
    }

    private var patterns: String { "\(output)/patterns.h5" }

    private func isThere(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    /// Measures the three tasks on the model in one state.
    private func measure(_ checkpoint: String, adapter: String? = nil) async throws {
        for name in Self.names {
            var plan = AttributionPlan(
                of: model, adapter: adapter, on: "\(tasks)/\(name).jsonl", task: name, checkpoint: checkpoint,
                computing: options.computing)
            plan.reading.limit = limit
            let file = PatternFile(patterns)
            try file.write(try await AttributionRun(plan, options.observer).measure(), replacing: true)
            options.remark("\(patterns): wrote /\(name)/\(checkpoint)")
        }
    }

    /// Trains, or goes on with a run that was broken off.
    private func train(_ run: String) async throws {
        if isThere("\(run)/run.json") {
            try await resumeTraining(in: run, options)
        } else {
            try await sft_probe.train(training(run), options)
        }
    }

    /// A small fine-tuning on problems like those of the arithmetic task, which it does not see.
    private func training(_ run: String) -> TrainingPlan {
        var plan = TrainingPlan(
            model: model, data: "\(tasks)/arithmetic-train.jsonl", output: run, lora: LoRAPlan(rank: 16),
            learningRate: 1e-3, computing: options.computing)
        (plan.schedule, plan.warmupSteps, plan.maxSteps) = (.cosine, min(5, steps - 1), steps)
        plan.probe.data = "\(tasks)/arithmetic.jsonl"
        plan.probe.limit = limit ?? 32
        plan.evaluation.data = "\(tasks)/arithmetic.jsonl"
        (plan.evaluation.limit, plan.evaluation.every) = (limit ?? 64, max(1, steps / 2))
        plan.evaluation.tokens = 96
        return plan
    }
}
