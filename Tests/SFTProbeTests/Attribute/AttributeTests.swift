import Foundation
import TestSupport
import Testing

/// The main road through the tool, on a tiny model.
@Suite struct AttributeTests {
    static let model = repositoryPath("notebooks-data/reference/tiny-llama/gqa-tied.f32.gguf")
    static let lines = (1...9).map {
        #"{"id": "e\#($0)", "prompt": "\#(String(repeating: "a b", count: $0))", "completion": " c \#($0)"}"#
    }

    struct Listed: Decodable {
        struct Item: Decodable { let task: String, checkpoint: String, examples: Int }
        let measurements: [Item]
    }

    struct Scored: Decodable { let id: String, nll: Double, tokens: Int, token_nll: [Double]? }

    func lines(_ text: String) -> [Data] { text.split(separator: "\n").map { Data($0.utf8) } }

    @Test func measurementsAreListedAndReported() throws {
        let folder = try TemporaryFolder()
        let (data, file) = (folder.path + "/data.jsonl", folder.path + "/patterns.h5")
        try Self.lines.joined(separator: "\n").write(toFile: data, atomically: true, encoding: .utf8)
        let arguments = ["attribute", "--model", Self.model, "--data", data, "--output", file]
        for task in ["one", "two"] { #expect(try Tool.run(arguments + ["--task", task]).code == 0) }

        let again = try Tool.run(arguments + ["--task", "two"])
        #expect(again.code == 73 && again.errors.contains("already holds"))
        #expect(try Tool.run(arguments + ["--task", "two", "--replace"]).code == 0)
        #expect(try Tool.run(arguments + ["--task", "two", "--checkpoint", "final"]).code == 0)

        let list = try Tool.run(["patterns", "list", file, "--json"]).output
        let items = try JSONDecoder().decode(Listed.self, from: Data(list.utf8)).measurements
        #expect(
            items.map { $0.task + "/" + $0.checkpoint }.sorted() == ["one/base", "two/base", "two/final"])
        #expect(items.allSatisfy { $0.examples == 9 })

        let report = folder.path + "/report.html"
        #expect(try Tool.run(["report", file, "--output", report]).code == 0)
        let page = try String(contentsOfFile: report, encoding: .utf8)
        #expect(page.contains("<svg") && page.contains("two") && !page.contains("http://"))
    }

    @Test func scoresTheSameWhateverTheThreads() throws {
        let folder = try TemporaryFolder()
        let data = folder.path + "/data.jsonl"
        try Self.lines.joined(separator: "\n").write(toFile: data, atomically: true, encoding: .utf8)
        func score(_ more: String...) throws -> [Scored] {
            let outcome = try Tool.run(
                ["score", "--model", Self.model, "--data", data, "--tokens", "--quiet"] + more)
            #expect(outcome.code == 0 && outcome.errors.isEmpty)
            return try lines(outcome.output).map { try JSONDecoder().decode(Scored.self, from: $0) }
        }
        let (one, two, packed) = (
            try score("--threads", "1"), try score("--threads", "2"), try score("--pack-tokens", "9")
        )
        #expect(one.map(\.id) == (1...9).map { "e\($0)" })
        for (a, b) in zip(one + one, two + packed) {
            let losses = try #require(a.token_nll)
            #expect(losses.count == a.tokens)
            #expect(abs(losses.reduce(0, +) / Double(losses.count) - a.nll) < 1e-5)
            #expect(abs(a.nll - b.nll) < 1e-5)
        }
    }

    @Test func progressAsJSONLines() throws {
        let folder = try TemporaryFolder()
        let data = folder.path + "/data.jsonl"
        try Self.lines.joined(separator: "\n").write(toFile: data, atomically: true, encoding: .utf8)
        let outcome = try Tool.run(
            [
                "attribute", "--model", Self.model, "--data", data, "--task", "t", "--output",
                folder.path + "/p.h5",
                "--progress", "json",
            ])
        struct Event: Decodable { let event: String, examples, tokens, supervised_tokens: Int? }
        let events = try lines(outcome.errors).map { try JSONDecoder().decode(Event.self, from: $0) }
        let done = try #require(events.first { $0.event == "done" })
        #expect(done.examples == 9 && (done.supervised_tokens ?? 0) > 9)
    }

    @Test func verifyHoldsAndShowTells() throws {
        let verified = try Tool.run(["verify", "--model", Self.model, "--json"])
        #expect(verified.code == 0 && !verified.output.contains("\"holds\":false"))
        let shown = try Tool.run(["model", "show", Self.model])
        #expect(shown.code == 0 && shown.output.contains("3 × 4 (12 heads)"))
    }

    @Test func generatesTheCompletionAlone() throws {
        let outcome = try Tool.run(["generate", "--model", Self.model, "--prompt", "ab", "--max-tokens", "5"])
        #expect(outcome.code == 0 && outcome.errors.isEmpty && !outcome.output.hasPrefix("ab"))
        let tokens = try Tool.run(["tokenize", "--model", Self.model, "--text", "ab"]).output
        #expect(tokens.contains(#""text":"ab""#) && tokens.contains(#""ids":["#))
    }
}
