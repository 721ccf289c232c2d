import Foundation
import TestSupport
import Testing

/// `--adapter` and `merge`, as a user runs them.
@Suite struct AdapterCommandTests {
    /// The model of an adapter's case with a tokenizer, and data for it.
    struct Given {
        let folder: TemporaryFolder
        let model: String
        let data: String
        let adapter: String

        init(_ name: String) throws {
            let example = AdapterCase(name)
            (folder, adapter) = (try TemporaryFolder(), example.path)
            (model, data) = (try Tool.tinyModel(example.model, in: folder), folder.file("data.jsonl"))
            try (1...3).map { #"{"prompt": "what is \#($0)+\#($0)?", "completion": " it is \#(2 * $0)."}"# }
                .joined(separator: "\n").write(toFile: data, atomically: true, encoding: .utf8)
        }

        func losses(_ arguments: [String]) throws -> [Double] {
            struct Line: Decodable { let nll: Double }
            let outcome = try Tool.run(["score", "--data", data, "--quiet"] + arguments)
            #expect(outcome.code == 0, "\(outcome.errors)")
            return try outcome.output.split(separator: "\n").map {
                try JSONDecoder().decode(Line.self, from: Data($0.utf8)).nll
            }
        }
    }

    @Test(arguments: ["plain", "gpt2-dora", "tied-embedding"])
    func mergedScoresAsAdapted(_ name: String) throws {
        let given = try Given(name)
        let base = try given.losses(["--model", given.model])
        let adapted = try given.losses(["--model", given.model, "--adapter", given.adapter])
        let output = given.folder.file("merged")
        let outcome = try Tool.run(
            ["merge", "--model", given.model, "--adapter", given.adapter, "--output", output])
        #expect(outcome.code == 0 && outcome.errors.contains("float32"), "\(outcome.errors)")
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: output).sorted() == [
                "config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json",
            ])
        let merged = try given.losses(["--model", output])
        for ((base, adapted), merged) in zip(zip(base, adapted), merged) {
            #expect(abs(base - adapted) > 1e-3)
            #expect(abs(merged - adapted) <= 1e-5 * adapted)
        }
        let again = try Tool.run(
            ["merge", "--model", given.model, "--adapter", given.adapter, "--output", output])
        #expect(again.code == 73 && again.errors.contains("there already"))
    }

    @Test func aMeasurementNamesItsAdapter() throws {
        let given = try Given("plain")
        let file = given.folder.file("p.h5")
        let attributed = try Tool.run([
            "attribute", "--model", given.model, "--adapter", given.adapter, "--data", given.data, "--task",
            "t",
            "--output", file,
        ])
        #expect(attributed.code == 0, "\(attributed.errors)")
        let shown = try Tool.run(["patterns", "list", file, "--json"])
        #expect(shown.output.contains(given.adapter), "\(shown)")
    }

    @Test func whatDoesNotStayAPairIsSaid() throws {
        let given = try Given("gpt2-dora")
        let shown = try Tool.run(["model", "show", given.model, "--adapter", given.adapter])
        #expect(shown.code == 0 && shown.errors.contains("learned magnitudes"), "\(shown)")
    }

    @Test func everyCommandTakesAnAdapter() throws {
        let given = try Given("plain")
        let flags = ["--model", given.model, "--adapter", given.adapter]
        let verified = try Tool.run(["verify"] + flags)
        #expect(verified.code == 0 && !verified.output.contains("NOT"), "\(verified)")
        let made = try Tool.run(["generate", "--prompt", "what is", "--max-tokens", "3"] + flags)
        #expect(made.code == 0, "\(made.errors)")
        #expect(try Tool.run(["data", "show", "--data", given.data] + flags).code == 0)
    }

    @Test func wrongAdaptersAreRefused() throws {
        let given = try Given("plain")
        func merge(_ adapter: String, _ more: [String] = []) throws -> Tool.Outcome {
            try Tool.run(
                ["merge", "--model", given.model, "--adapter", adapter, "--output", given.folder.file("m")]
                    + more)
        }
        let missing = try merge("/nowhere")
        #expect(missing.code == 66 && missing.errors.contains("/nowhere/adapter_config.json"))
        let other = try merge(AdapterCase("gpt2-bias-all").path)
        #expect(other.code == 65 && other.errors.contains("does not fit the model"), "\(other.errors)")
        #expect(try merge(given.adapter, ["--dtype", "int8"]).code == 64)
        #expect(!given.folder.contents.contains("m"))
    }

    @Test func aGGUFNeedsATokenizer() throws {
        let given = try Given("rslora-all-linear")
        let gguf = repositoryPath("notebooks-data/reference/tiny-llama/gqa-tied.f32.gguf")
        let arguments = [
            "merge", "--model", gguf, "--adapter", given.adapter, "--output", given.folder.file("m"),
        ]
        let refused = try Tool.run(arguments)
        #expect(refused.code == 64 && refused.errors.contains("--tokenizer"), "\(refused)")
        let merged = try Tool.run(arguments + ["--tokenizer", given.model])
        #expect(merged.code == 0, "\(merged.errors)")
        let (ours, theirs) = (
            try given.losses(["--model", given.folder.file("m")]),
            try given.losses(["--model", given.model, "--adapter", given.adapter])
        )
        for (a, b) in zip(ours, theirs) { #expect(abs(a - b) <= 1e-5 * b) }
    }
}
