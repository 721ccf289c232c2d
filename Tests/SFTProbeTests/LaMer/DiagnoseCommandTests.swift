import Foundation
import TestSupport
import Testing

/// `diagnose` as a user runs it.
@Suite(.enabled(if: RealModel.path != nil, Comment(rawValue: RealModel.whySkipped)))
struct DiagnoseCommandTests {
    private func files(_ lines: [String]) throws -> (folder: TemporaryFolder, queries: String, output: String)
    {
        let folder = try TemporaryFolder()
        let queries = folder.file("queries.jsonl")
        try lines.joined(separator: "\n").write(toFile: queries, atomically: true, encoding: .utf8)
        return (folder, queries, folder.file("d.jsonl"))
    }

    private func diagnose(_ queries: String, _ output: String, _ more: [String] = []) throws -> Tool.Outcome {
        try Tool.run(
            ["diagnose", "--model", RealModel.path ?? "", "--queries", queries, "--output", output] + more)
    }

    private func objects(_ text: String) throws -> [[String: Any]] {
        try text.split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
    }

    static let line =
        #"{"id": "a", "query": "Which of them can fly?", "options": ["The penguin", "The swift"], "answer": 1, "facts": ["Penguins cannot fly.", "Swifts are birds that spend most of their lives in the air."]}"#

    @Test func writesEveryPairWithoutCalibration() throws {
        let (folder, queries, output) = try files([Self.line])
        let list = folder.file("list.jsonl")
        let outcome = try diagnose(
            queries, output, ["--calibration", "none", "--threshold", "0", "--deficiencies", list, "--json"])
        #expect(outcome.code == 0, "\(outcome.errors)")
        let pairs = try objects(String(contentsOfFile: output, encoding: .utf8))
        #expect(pairs.count == 2)
        #expect(abs((pairs[0]["re"] as? Double ?? 0) - 0.14596) < 1e-3 && pairs[0]["band"] as? Int == 1)
        #expect(pairs[1]["band"] as? Int == 0 && pairs[0]["re_calibrated"] == nil)
        #expect(pairs[0]["answer"] as? String == "The swift")
        let summary = try objects(outcome.output)
        #expect(summary.count == 1 && summary[0]["deficient"] as? Int == 1)
        #expect(try objects(String(contentsOfFile: list, encoding: .utf8)).count == 1)
        #expect(folder.contents == ["d.jsonl", "list.jsonl", "queries.jsonl"])
    }

    @Test func saysThatTooFewRandomFactsDoNotCalibrate() throws {
        let (folder, queries, output) = try files([
            Self.line, #"{"query": "And who?", "facts": ["All do."]}"#,
        ])
        let outcome = try diagnose(queries, output, ["--max-tokens", "4"])
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.errors.contains("not calibrated"))
        #expect(folder.contents == ["d.jsonl", "queries.jsonl"])
        #expect(outcome.errors.contains("candidates: union, for not all records have options"))
    }

    @Test(arguments: [
        (#"{"query": "x", "facts": []}"#, [], Int32(65), "no query with \"facts\""),
        (#"{"query": "x", "facts": ["y"]}"#, ["--candidates", "options"], 65, "has no \"options\""),
        ("{", [], 65, "line 1"), (line, ["--threshold", "-1"], 64, "--threshold"),
        (line, ["--placebos", "0"], 64, "--placebos"),
        (line, ["--candidates", "sampled", "--count", "1"], 64, "--count"),
    ])
    func refuses(_ line: String, _ more: [String], _ code: Int32, _ reason: String) throws {
        let (folder, queries, output) = try files([line])
        let outcome = try diagnose(queries, output, more)
        #expect(outcome.code == code && outcome.errors.contains(reason), "\(outcome.errors)")
        #expect(folder.contents == ["queries.jsonl"])
    }
}
