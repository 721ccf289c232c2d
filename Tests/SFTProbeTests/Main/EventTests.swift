import Foundation
import TestSupport
import Testing

/// `--progress json`: every line of standard error is an event, and docs/progress.md has all of them.
@Suite struct EventTests {
    static let model = repositoryPath("notebooks-data/reference/tiny-llama/gqa-tied.f32.gguf")
    let folder: TemporaryFolder
    let data: String

    init() throws {
        folder = try TemporaryFolder()
        data = folder.file("data.jsonl")
        let lines = [
            #"{"prompt": "ab", "completion": "cd"}"#, "no JSON", #"{"prompt": "a", "completion": ""}"#,
        ]
        let long = String(repeating: "abc ", count: 400)
        try (lines + [#"{"prompt": "\#(long)", "completion": "d"}"#]).joined(separator: "\n")
            .write(toFile: data, atomically: true, encoding: .utf8)
    }

    private func events(_ arguments: [String], code: Int32 = 0) throws -> [[String: Any]] {
        let outcome = try Tool.run(arguments)
        #expect(outcome.code == code, "\(outcome.errors)")
        return try outcome.errors.split(separator: "\n").map { line in
            try #require(
                try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
        }
    }

    private func attribute(_ more: [String] = []) -> [String] {
        [
            "attribute", "--model", Self.model, "--data", data, "--task", "t", "--output",
            folder.file("p.h5"),
            "--progress", "json",
        ] + more
    }

    /// The kinds in the table of the documentation.
    private static func documented() throws -> Set<String> {
        let text = try String(contentsOfFile: repositoryPath("docs/progress.md"), encoding: .utf8)
        return Set(text.matches(of: /(?m)^\| `([a-z ]+)` \|/).map { String($0.output.1) })
    }

    @Test func everyLineIsAnEvent() throws {
        let all = try events(attribute(["--skip-bad-lines"]))
        let kinds = all.compactMap { $0["event"] as? String }
        #expect(kinds.count == all.count)
        #expect(
            Set(kinds).isSuperset(of: ["skipped", "cut", "remark", "progress", "done", "wrote"]), "\(kinds)")
        #expect(try Self.documented().isSuperset(of: kinds))
        #expect(kinds.last == "wrote" && all.last?["path"] as? String == folder.file("p.h5"))
        let skipped = try #require(all.first { $0["event"] as? String == "skipped" })
        #expect((skipped["text"] as? String)?.contains("line 2") == true)
    }

    @Test func errorsAreEventsToo() throws {
        let bad = try events(attribute(), code: 65)
        #expect(bad.last?["event"] as? String == "error" && bad.last?["code"] as? Int == 65)
        let usage = try events(["attribute", "--task", "t", "--progress=json"], code: 64)
        #expect(usage.count == 1 && usage[0]["code"] as? Int == 64)
        let misspelt = try events(["attribute", "--modle", "m", "--progress", "json"], code: 64)
        #expect((misspelt.last?["text"] as? String)?.contains("did you mean --model?") == true)
    }

    @Test func quietLeavesWarnings() throws {
        let kinds = try events(attribute(["--skip-bad-lines", "--quiet"])).compactMap {
            $0["event"] as? String
        }
        #expect(Set(kinds).isDisjoint(with: ["progress", "remark", "done"]) && kinds.contains("skipped"))
    }
}
