import Foundation
import TestSupport
import Testing

/// `evaluate` on a tiny model, as a user runs it.
@Suite struct EvaluateTests {
    static let model = repositoryPath("notebooks-data/reference/tiny-llama/gqa-tied.f32.gguf")
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func data(_ lines: [String], _ name: String = "data.jsonl") throws -> String {
        try lines.joined(separator: "\n").write(toFile: folder.file(name), atomically: true, encoding: .utf8)
        return folder.file(name)
    }

    private func evaluate(_ data: String, _ more: String...) throws -> Tool.Outcome {
        try Tool.run(["evaluate", "--model", Self.model, "--data", data] + more)
    }

    private func lines(_ path: String) throws -> [[String: Any]] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map {
            try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] ?? [:]
        }
    }

    private struct Summary: Decodable {
        struct Accuracy: Decodable { let metric: String, value, low, high: Double, correct, total: Int }
        struct Difference: Decodable {
            let metric: String, difference, p: Double, won, lost, both, neither: Int
        }
        struct Comparison: Decodable { let differences: [Difference], only_before, only_now: Int }
        let kind: String, extract: String?, chance: Double?, majority: Double
        let accuracies: [Accuracy], comparison: Comparison?
    }

    private func summary(_ outcome: Tool.Outcome) throws -> Summary {
        #expect(outcome.code == 0, "\(outcome.errors)")
        return try JSONDecoder().decode(Summary.self, from: Data(outcome.output.utf8))
    }

    static let choices = [
        #"{"id": "a", "prompt": "the", "options": [" in", " hand"], "answer": "A"}"#,
        #"{"id": "b", "prompt": "a tree", "options": [" rain", " the"], "answer": 1}"#,
        #"{"id": "c", "prompt": "under", "options": [" ring", " air"], "answer": 1}"#,
    ]

    @Test func choicesAreScoredWrittenAndSummed() throws {
        let output = folder.file("out.jsonl")
        let found = try summary(evaluate(data(Self.choices), "--output", output, "--json", "--quiet"))
        let written = try lines(output)
        #expect(written.compactMap { $0["id"] as? String } == ["a", "b", "c"])
        #expect(
            found.kind == "multiple-choice" && found.chance == 0.5 && abs(found.majority - 2.0 / 3) < 1e-12)
        #expect(found.accuracies.map(\.metric) == ["acc", "acc_norm", "acc_bytes", "acc_tokens"])
        for accuracy in found.accuracies {
            let right = written.count { $0[accuracy.metric] as? Bool == true }
            #expect(accuracy.correct == right && accuracy.total == 3)
            #expect(accuracy.low <= accuracy.value && accuracy.value <= accuracy.high)
        }
        let table = try evaluate(data(Self.choices))
        #expect(table.output.contains("acc_norm") && table.output.contains("by guessing"))
        #expect(table.errors.contains("3 multiple-choice questions of 2 options"))
    }

    @Test func comparedWithItselfNothingChanged() throws {
        let output = folder.file("out.jsonl")
        _ = try evaluate(data(Self.choices), "--output", output)
        let same = try summary(
            evaluate(folder.file("data.jsonl"), "--compare", output, "--limit", "2", "--json"))
        let comparison = try #require(same.comparison)
        #expect(comparison.only_before == 1 && comparison.only_now == 0)
        #expect(comparison.differences.count == 4)
        #expect(
            comparison.differences.allSatisfy { $0.difference == 0 && $0.p == 1 && $0.won + $0.lost == 0 })

        // The same answers as if they had all been wrong, or right, before.
        let text = try String(contentsOfFile: output, encoding: .utf8)
        let wrong = try data([text.replacing("true", with: "false")], "wrong.jsonl")
        let won = try summary(evaluate(folder.file("data.jsonl"), "--compare", wrong, "--json"))
        let right = won.accuracies.map(\.correct)
        #expect(
            won.comparison?.differences.map(\.won) == right
                && won.comparison?.differences.map(\.lost) == [0, 0, 0, 0])
    }

    @Test func anotherRunIsRefusedWhereItDoesNotFit() throws {
        let file = try data(Self.choices)
        func expect(_ earlier: [String], _ words: String) throws {
            let outcome = try evaluate(file, "--compare", data(earlier, "earlier.jsonl"))
            #expect(outcome.code == 65 && outcome.errors.contains(words), "\(outcome.errors)")
        }
        try expect([#"{"id": "a", "reference": 1, "acc": true}"#], "same data")
        try expect([#"{"id": "z", "reference": 1, "acc": true}"#], "in common")
        try expect([#"{"id": "a", "reference": 0}"#], "line 1")
        let twice = #"{"id": "a", "reference": 0, "acc": true}"#
        try expect([twice, twice], "line 2")
        try expect(["{"], "line 1")
        #expect(try evaluate(file, "--compare", folder.file("no.jsonl")).code == 66)
    }

    @Test func writtenAnswersAreExtractedAndCompared() throws {
        let prompt = "the in there and a our"
        let made = try Tool.run(["generate", "--model", Self.model, "--prompt", prompt, "--max-tokens", "6"])
            .output
        let text = String(made.dropLast())  // the line break
        func record(_ id: String, _ completion: String) throws -> String {
            let record = ["id": id, "prompt": prompt, "completion": completion]
            return String(decoding: try JSONSerialization.data(withJSONObject: record), as: UTF8.self)
        }
        let file = try data([record("same", text), record("other", "no")])
        let output = folder.file("out.jsonl")
        let found = try summary(evaluate(file, "--max-tokens", "6", "--output", output, "--json"))
        #expect(found.kind == "exact-match" && found.extract == "none" && found.chance == nil)
        #expect(found.accuracies.map(\.correct) == [1] && found.accuracies.map(\.total) == [2])
        let written = try lines(output)
        #expect(written.map { $0["exact_match"] as? Bool } == [true, false])
        #expect(written.allSatisfy { $0["generation"] as? String == text })

        let hashes = try data([record("1", "so\n#### 1,000"), record("2", "#### x")])
        let outcome = try evaluate(hashes, "--max-tokens", "6", "--output", output)
        #expect(outcome.errors.contains("by the extraction hash"))
        #expect(try lines(output).map { $0["reference"] as? String } == ["1000", "x"])
        let numbers = try evaluate(hashes, "--extract", "last-number", "--max-tokens", "6")
        #expect(numbers.code == 65 && numbers.errors.contains("line 2 (id 2)"))
        let skipped = try evaluate(
            hashes, "--extract", "last-number", "--max-tokens", "6", "--skip-bad-lines")
        #expect(skipped.code == 0 && skipped.errors.contains("skipped"))
        let pattern = try evaluate(
            hashes, "--extract", "regex=#+ (.)", "--max-tokens", "6", "--output", output)
        #expect(pattern.code == 0)
        #expect(try lines(output).map { $0["reference"] as? String } == ["1", "x"])
    }

    @Test func whatCannotBeEvaluatedIsRefused() throws {
        func expect(_ outcome: Tool.Outcome, _ code: Int32, _ words: String) {
            #expect(outcome.code == code && outcome.errors.contains(words), "\(outcome.errors)")
        }
        let choices = try data(Self.choices)
        expect(try evaluate(choices, "--extract", "hash"), 64, "holds options")
        expect(try evaluate(choices, "--extract", "regex=("), 64, "pattern")
        expect(try evaluate(choices, "--extract", "words"), 64, "last-number")
        expect(try evaluate(choices, "--max-tokens", "0"), 64, "--max-tokens")
        expect(try evaluate(choices, "--output", folder.file("no/out.jsonl")), 73, "folder is missing")
        expect(try evaluate(data(Self.choices + [#"{"prompt": "p"}"#])), 65, "line 4")
        expect(
            try evaluate(data([#"{"question": "q", "choices": ["a", "b"], "answer": 0}"#])), 65,
            "chat template")
        let plain = try data([#"{"text": "the"}"#])
        expect(try evaluate(plain, "--max-tokens", "6"), 65, "does not end in an answer")
        expect(
            try evaluate(data([#"{"prompt": "a", "completion": "b"}"#]), "--max-tokens", "256"), 64,
            "context of 256")
        expect(try evaluate(data([]), "--max-tokens", "6"), 65, "no question")
        expect(try evaluate(folder.file("no.jsonl")), 66, "no such file")
    }
}
