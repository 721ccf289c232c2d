import ArgumentParser
import Foundation
import HeadActivation
import ModelHub
import Reports

/// `demo`: the main job from end to end on a small real model.
struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure three small tasks on a real model, and write patterns and a report.",
        discussion: """
            Fetches SmolLM2-135M-Instruct on first use (98 MB).

            Example: sft-probe demo --output demo
            """)

    @Option(help: "The folder for patterns.h5 and report.html; made if need be.") var output = "demo"
    @Option(help: "The folder with the task files.") var tasks = "notebooks-data/tasks"
    @Option(help: "The model.") var model = "smollm2-135m"
    @Option(help: "Only the first examples of each task.") var limit: Int?
    @OptionGroup var options: RunOptions

    private static let names = ["arithmetic", "code", "cause-effect"]

    func run() async throws {
        do {
            try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
        } catch {
            throw CannotCreate(path: output, reason: error.localizedDescription)
        }
        let path =
            if let found = try? resolveModel(model) { found } else {
                try await pull(model, quiet: options.quiet)
            }
        let open = try OpenModel(name: path)
        options.begin()
        let patterns = "\(output)/patterns.h5"
        for name in Self.names {
            var arguments = [
                "--model", model, "--data", "\(tasks)/\(name).jsonl", "--task", name, "--output", patterns,
                "--replace",
                "--pack-tokens", "\(options.packTokens)", "--threads", "\(options.workers)",
                "--seed", "\(options.seed)", "--progress", options.progress.rawValue,
            ]
            if options.quiet { arguments.append("--quiet") }
            if let limit { arguments += ["--limit", "\(limit)"] }
            let attribute = try Attribute.parse(arguments)
            let examples = try attribute.data.open(open, options)
            let measurement = try await attribute.measure(open, examples)
            try PatternFile(patterns).write(measurement, replacing: true)
        }
        try PatternsStats.parse([patterns, "--top", "5"]).run()
        try Report.parse([patterns, "--output", "\(output)/report.html"]).run()
        print(
            """

            The measurements are in \(patterns) (HDF5: h5py, h5ls -r). Next, with your own model and data:
              .build/release/sft-probe attribute --model MODEL --data EXAMPLES.jsonl --task NAME --output patterns.h5
            """)
    }
}
