import Foundation
import TestSupport
import Testing

/// `generate --input`: a file of completions that grows.
@Suite struct GenerateFileTests {
    struct Line: Decodable, Equatable {
        struct Completion: Decodable, Equatable {
            let text: String
            let ids: [Int32]
            let finish: String
            let log_probability: Double
            let log_probabilities: [Double]?
            let score: Double?
        }
        let id: String
        let prompt_tokens: Int
        let completions: [Completion]
    }

    private func setUp(_ folder: TemporaryFolder, prompts: Int = 40) throws -> [String] {
        let lines = (0..<prompts).map {
            "{\"id\": \"p\($0)\", \"prompt\": \"\(["ab", "what is", "b a", "abab"][$0 % 4])\"}"
        }
        try (lines.joined(separator: "\n") + "\n").write(
            toFile: folder.file("prompts.jsonl"), atomically: true, encoding: .utf8)
        return [
            "generate", "--model", try Tool.tinyModel(in: folder), "--input", folder.file("prompts.jsonl"),
            "--output",
            folder.file("out.jsonl"), "--max-tokens", "6", "--quiet",
        ]
    }

    private func lines(_ folder: TemporaryFolder) throws -> [Line] {
        try String(contentsOfFile: folder.file("out.jsonl"), encoding: .utf8).split(separator: "\n")
            .dropFirst().map {
                try JSONDecoder().decode(Line.self, from: Data($0.utf8))
            }
    }

    @Test func samplesAndTheirProbabilities() throws {
        let folder = try TemporaryFolder()
        let flags = ["--temperature", "1", "--samples", "3", "--logprobs", "--seed", "4"]
        let made = try Tool.run(try setUp(folder, prompts: 5) + flags)
        try #require(made.code == 0, "\(made.errors)")
        let found = try lines(folder)
        #expect(found.map(\.id) == (0..<5).map { "p\($0)" })
        for completion in found.flatMap(\.completions) {
            let logs = try #require(completion.log_probabilities)
            #expect(abs(completion.log_probability - logs.reduce(0, +)) < 1e-4)
            #expect(logs.count == completion.ids.count + (completion.finish == "end" ? 1 : 0))
        }
        #expect(found.allSatisfy { $0.completions.count == 3 })
        #expect(Set(found[0].completions.map(\.ids)).count > 1)
    }

    /// A run that was broken anywhere, also in the middle of a line, ends as an unbroken one.
    @Test(arguments: [["--temperature", "0.9", "--samples", "4", "--top-p", "0.9"], ["--beams", "2"], []])
    func aBrokenRunGoesOn(_ flags: [String]) throws {
        let folder = try TemporaryFolder()
        let command = try setUp(folder) + flags
        #expect(try Tool.run(command).code == 0)
        let whole = try Data(contentsOf: URL(filePath: folder.file("out.jsonl")))
        for share in [0.01, 0.3, 0.77, 1] {
            try whole.prefix(Int(share * Double(whole.count))).write(
                to: URL(filePath: folder.file("out.jsonl")))
            let again = try Tool.run(command)
            #expect(again.code == 0, "\(again.errors)")
            #expect(try Data(contentsOf: URL(filePath: folder.file("out.jsonl"))) == whole)
        }
    }

    @Test func otherSettingsAreRefused() throws {
        let folder = try TemporaryFolder()
        let command = try setUp(folder, prompts: 3)
        #expect(try Tool.run(command + ["--temperature", "1"]).code == 0)
        let before = try lines(folder)
        let other = try Tool.run(command + ["--temperature", "0.5"])
        #expect(other.code == 65)
        #expect(
            other.errors.contains("the file was made with temperature 1.0, and now it is 0.5"),
            "\(other.errors)")
        #expect(try lines(folder) == before)
        try "my notes\n".write(toFile: folder.file("out.jsonl"), atomically: true, encoding: .utf8)
        let strange = try Tool.run(command)
        #expect(strange.code == 65 && strange.errors.contains("name another output"), "\(strange.errors)")
        #expect(try String(contentsOfFile: folder.file("out.jsonl"), encoding: .utf8) == "my notes\n")
    }

    /// How prompts are read decides the lines: it stands in the first one, and a run does not go on with another way.
    @Test(arguments: [
        (["--limit", "3"], "limit"), (["--ignore-fields", "b,a"], "ignore_fields"),
        (["--skip-bad-lines"], "skip_bad_lines"), (["--template-date", "2026-01-31"], "template_date"),
    ])
    func howPromptsAreReadIsKept(_ flags: [String], _ key: String) throws {
        let folder = try TemporaryFolder()
        let command = try setUp(folder, prompts: 3)
        try "{{ strftime_now('%Y') }}{% for m in messages %}{{ m.content }}{% endfor %}".write(
            toFile: folder.file("model/chat_template.jinja"), atomically: true, encoding: .utf8)
        try "{\"messages\": [{\"role\": \"user\", \"content\": \"ab\"}]}\n".write(
            toFile: folder.file("prompts.jsonl"), atomically: true, encoding: .utf8)
        let day = key == "template_date" ? [] : ["--template-date", "2026-02-01"]
        let made = try Tool.run(command + day + flags)
        #expect(made.code == 0, "\(made.errors)")
        let output = try String(contentsOfFile: folder.file("out.jsonl"), encoding: .utf8)
        let first = try #require(output.split(separator: "\n").first)
        let header = try #require(try JSONSerialization.jsonObject(with: Data(first.utf8)) as? [String: Any])
        let value = try #require(header[key])
        let expected = ["limit": "3", "template_date": "2026-01-31"]
        if let text = expected[key] { #expect("\(value)" == text) }
        if key == "ignore_fields" { #expect(value as? [String] == ["a", "b"]) }
        if key == "skip_bad_lines" { #expect(value as? Bool == true) }
        #expect(try Tool.run(command + day + flags).code == 0)
        let other = try Tool.run(command + day)
        #expect(other.code == 65 && other.errors.contains("the file was made with \(key)"), "\(other.errors)")
        #expect(try String(contentsOfFile: folder.file("out.jsonl"), encoding: .utf8) == output)
    }

    @Test(arguments: [
        ["--samples", "3"], ["--top-k", "5"], ["--beams", "2", "--temperature", "1"],
        ["--length-penalty", "2"],
        ["--prompt", "ab"], ["--early-stopping", "soon", "--beams", "2"],
        ["--top-p", "0", "--temperature", "1"],
    ])
    func flagsThatMeanNothing(_ flags: [String]) throws {
        let folder = try TemporaryFolder()
        #expect(try Tool.run(try setUp(folder, prompts: 2) + flags).code == 64)
        #expect(!FileManager.default.fileExists(atPath: folder.file("out.jsonl")))
    }

    @Test func beamsHaveScoresInOrder() throws {
        let folder = try TemporaryFolder()
        #expect(try Tool.run(try setUp(folder, prompts: 4) + ["--beams", "3"]).code == 0)
        for line in try lines(folder) {
            let scores = try line.completions.map { try #require($0.score) }
            #expect(scores.count == 3 && scores == scores.sorted(by: >))
        }
    }
}
