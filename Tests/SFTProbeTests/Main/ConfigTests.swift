import Foundation
import TestSupport
import Testing

/// `--config`: flags from a file, as if they had been typed.
@Suite struct ConfigTests {
    static let model = repositoryPath("notebooks-data/reference/tiny-llama/gqa-tied.f32.gguf")
    let folder: TemporaryFolder
    let data: String

    init() throws {
        folder = try TemporaryFolder()
        data = folder.file("data.jsonl")
        try (0..<6).map { #"{"prompt": "ab \#($0)", "completion": "cd \#($0)"}"# }.joined(separator: "\n")
            .write(toFile: data, atomically: true, encoding: .utf8)
    }

    private func config(_ text: String) throws -> String {
        let path = folder.file("run.yaml")
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    private func record(_ run: String) throws -> [String: Any] {
        let data = try Data(contentsOf: URL(filePath: folder.file("\(run)/run.json")))
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    private static let training = """
        # A small training.
        model: \(model)
        lora_rank: 2
        max-steps: 2
        batch-size: 3
        probe-steps: [1, 2]
        probe-limit: 2
        recompute: true
        rates:
        lora-stabilized: false
        """

    @Test func flagsCountAsIfTyped() throws {
        let file = try config(Self.training + "\ndata: \(data)\nseed: 3\n")
        let outcome = try Tool.run([
            "train", "--config", file, "--output", folder.file("run"), "--seed=7", "--progress", "json",
        ])
        #expect(outcome.code == 0, "\(outcome.errors)")
        let arguments = try #require(try record("run")["arguments"] as? [String])
        for flag in ["--lora-rank=2", "--seed=7", "--batch-size=3", "--recompute", "--probe-steps=1,2"] {
            #expect(arguments.contains(flag), "\(flag) \(arguments)")
        }
        #expect(
            outcome.errors.contains("--lora-rank=2")
                && outcome.errors.contains("from the command line: --seed"))

        // The record makes the run again.
        let again = try Tool.run([
            "train", "--config", folder.file("run/run.json"), "--output", folder.file("again"), "--quiet",
        ])
        #expect(again.code == 0 && again.errors.isEmpty, "\(again.errors)")
        func metrics(_ run: String) throws -> [String] {
            try String(contentsOfFile: folder.file("\(run)/metrics.jsonl"), encoding: .utf8).split(
                separator: "\n"
            )
            .map { String($0).replacing(/"(seconds|tokens_per_second)":[0-9.e+-]+/, with: "") }
        }
        #expect(try metrics("run") == metrics("again"))
        let wrong = try Tool.run(["attribute", "--config", folder.file("run/run.json")])
        #expect(wrong.code == 65 && wrong.errors.contains("has no flag --"), "\(wrong.errors)")
    }

    @Test func everyCommandReadsOne() throws {
        let patterns = folder.file("p.h5")
        let measured = try Tool.run([
            "attribute", "--config",
            try config("model: \(Self.model)\ndata: \(data)\ntask: t\noutput: \(patterns)\nquiet: true"),
        ])
        #expect(measured.code == 0 && measured.errors.isEmpty, "\(measured.errors)")
        let stats = try Tool.run([
            "patterns", "stats", patterns, "--config=\(try config("json: true\ntop: 1\ntask: t"))",
        ])
        #expect(stats.code == 0 && stats.output.hasPrefix("{"), "\(stats.errors)")
        let repeated = try Tool.run([
            "tokenize", "--config", try config("model: '\(Self.model)'\ntext: [ab, 'c, d']"),
        ])
        #expect(repeated.output.split(separator: "\n").count == 2, "\(repeated.errors)")
        let off = try Tool.run(["attribute", "--config", try config("refine: false\nmethod: gate")])
        #expect(off.errors.contains("--no-refine"), "\(off.errors)")
    }

    @Test(arguments: [
        ("bach-size: 3", "line 1: sft-probe train has no flag --bach-size; did you mean batch-size?"),
        ("model: x\nconfig: other.yaml", "line 2: sft-probe train has no flag --config"),
        ("model: {a: 1}", "line 1: expected a value or a list of values"),
        ("- model", "expected names and values"),
        ("recompute: maybe", "recompute is maybe, but must be true or false"),
        ("recompute: [true]", "recompute is a list"), ("model: a\nmodel: b", "model"),
        ("batch-size: 1\nbatch_size: 2", "line 2: batch-size is there a second time"),
        ("probe-steps: [[1]]", "a list of something else"),
        ("model: [", "is not YAML"), ("\u{1}", "is not YAML"),
    ])
    func whatIsNotUnderstoodIsRefused(_ text: String, _ words: String) throws {
        let outcome = try Tool.run(["train", "--config", try config(text)])
        #expect(outcome.code == 65 && outcome.errors.contains(words), "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    }

    /// Files that are to grow beyond all memory or stack when they are read.
    @Test func bombsAreRefused() throws {
        let nested = String(repeating: "[", count: 100_000)
        let laughs = (1...9).map { "a\($0): &a\($0) [*a\($0 - 1),*a\($0 - 1),*a\($0 - 1)]" }.joined(
            separator: "\n")
        for text in ["model: \(nested)", "a0: &a0 x\n\(laughs)", String(repeating: "x", count: 300_000)] {
            let outcome = try Tool.run(["train", "--config", try config(text)])
            #expect(outcome.code == 65, "\(outcome.errors.prefix(200))")
        }
        #expect(try Tool.run(["train", "--config", folder.file("none.yaml")]).code == 66)
        #expect(try Tool.run(["train", "--config", "/dev/zero"]).code == 65)
    }

    @Test func helpNamesWhatIsRequired() throws {
        let help = try Tool.run(["train", "--help"]).output
        #expect(help.contains("USAGE: sft-probe train --model <model> --data <data> --output <output>"))
        let places = ["\nOPTIONS:", "\nLORA ADAPTER:", "\nCOMPUTING:"].map { help.range(of: $0)?.lowerBound }
        #expect(
            places.allSatisfy { $0 != nil } && places.compactMap(\.self) == places.compactMap(\.self).sorted()
        )
        #expect(
            try Tool.run(["attribute", "--help"]).output.contains(
                "--model <model> --data <data> --task <task>"))
    }
}
