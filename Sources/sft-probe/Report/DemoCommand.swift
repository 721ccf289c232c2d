import ArgumentParser
import Foundation
import HeadActivation
import ModelHub
import Reports

/// `demo`: the main job from end to end on a small real model.
struct Demo: ComputingCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure three small tasks on a real model, fine-tune it, and write patterns and a report.",
        discussion: """
            Downloads SmolLM2-135M-Instruct on first use (98 MB).

            Example: sft-probe demo --output demo
            """)

    @Option(help: "Output folder for patterns.h5 and report.html; created if missing.") var output = "demo"
    @Option(help: "Folder with the task files.") var tasks = "notebooks-data/tasks"
    @Option(help: "The model: a Hugging Face folder, a .gguf file, or the name of a pulled model.")
    var model = "smollm2-135m"
    @Option(help: "Use only this many examples of each task (default: all).") var limit: Int?
    @Option(help: "LoRA training steps on arithmetic; 0 only measures.") var steps = 100
    @OptionGroup var options: RunOptions

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
        guard steps == 0 || !FileManager.default.fileExists(atPath: run) else {
            throw CannotCreate(
                path: run, reason: "it is there from an earlier demonstration, which is kept.")
        }
        try await measure("base")
        try PatternsStats.parse([patterns, "--top", "5"]).run()
        if steps > 0 {
            try await Train.parse(training(run)).run()
            try await measure("final", adapter: "\(run)/final")
        }
        try Report.parse([patterns, "--run", run, "--output", "\(output)/report.html"]).run()
        let names = steps > 0 ? Self.names : []
        let changes = try names.compactMap { name throws(PatternError) in
            try TaskChange(
                name, in: PatternFile(patterns), allowMismatch: false, resamples: 1000, seed: options.seed)
        }
        print(TaskChange.decided(changes).flatMap(\.summary).joined(separator: "\n"))
        print(
            """

            The measurements are in \(patterns) (HDF5: h5py, h5ls -r), the run in \(run). Next, with your own:
              .build/release/sft-probe train --model MODEL --data EXAMPLES.jsonl --output run --lora-rank 16
            """)
    }

    private var patterns: String { "\(output)/patterns.h5" }

    private var common: [String] {
        [
            "--pack-tokens", "\(options.packTokens)", "--threads", "\(options.threadCount)", "--workers",
            "\(options.workers)", "--seed",
            "\(options.seed)",
            "--progress", options.progress.rawValue,
        ] + (options.quiet ? ["--quiet"] : [])
    }

    /// Measures the three tasks on the model in one state.
    private func measure(_ checkpoint: String, adapter: String? = nil) async throws {
        for name in Self.names {
            var arguments =
                [
                    "--model", model, "--data", "\(tasks)/\(name).jsonl", "--task", name, "--output",
                    patterns,
                    "--checkpoint", checkpoint, "--replace",
                ] + common
            if let adapter { arguments += ["--adapter", adapter] }
            if let limit { arguments += ["--limit", "\(limit)"] }
            try await Attribute.parse(arguments).run()
        }
    }

    /// The flags of a small fine-tuning on problems like those of the arithmetic task, which it does not see.
    private func training(_ run: String) -> [String] {
        [
            "--model", model, "--data", "\(tasks)/arithmetic-train.jsonl", "--output", run, "--lora-rank",
            "16",
            "--learning-rate", "1e-3", "--schedule", "cosine", "--warmup-steps", "\(min(5, steps - 1))",
            "--max-steps", "\(steps)", "--probe-data", "\(tasks)/arithmetic.jsonl", "--probe-limit",
            "\(limit ?? 32)",
            "--evaluate-data", "\(tasks)/arithmetic.jsonl", "--evaluate-limit", "\(limit ?? 64)",
            "--evaluate-every", "\(max(1, steps / 2))", "--evaluate-tokens", "96",
        ] + common
    }
}
