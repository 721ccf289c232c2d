import Foundation
import HeadActivation
import TestSupport
import Testing

/// Runs on pairs as a user makes them, on a tiny model.
@Suite struct PreferenceRunTests {
    let folder: TemporaryFolder
    let model: String

    init() throws {
        folder = try TemporaryFolder()
        model = try Tool.tinyModel(in: folder)
        let lines = (1...10).map { number in
            "{\"prompt\": \"what is \(number)+7?\", \"chosen\": \" it is \(number + 7).\", \"rejected\": \" \(number).\"}\n"
        }
        try write(lines.joined(), "pairs.jsonl")
    }

    private func write(_ text: String, _ name: String) throws {
        try Data(text.utf8).write(to: URL(filePath: folder.file(name)))
    }

    private func train(_ output: String, _ more: [String], data: String = "pairs.jsonl") throws
        -> Tool.Outcome
    {
        try Tool.run(
            [
                "train", "--model", model, "--data", folder.file(data), "--output", folder.file(output),
                "--objective", "preference", "--batch-size", "4",
            ] + more)
    }

    private func bytes(_ path: String) throws -> Data {
        try Data(contentsOf: URL(filePath: folder.file(path)))
    }

    private func metrics(_ run: String) throws -> [[String: Double]] {
        try String(decoding: bytes("\(run)/metrics.jsonl"), as: UTF8.self).split(separator: "\n").map {
            line in
            let numbers = try #require(
                try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Double])
            return numbers.filter { $0.key != "seconds" }
        }
    }

    @Test(arguments: [["--lora-rank", "2", "--learning-rate", "1e-2"], ["--learning-rate", "1e-3"]])
    func aRunBeginsAtItsReferenceAndGoesOnBitForBit(_ kind: [String]) throws {
        let outcome = try train(
            "run",
            kind + [
                "--max-steps", "6", "--checkpoint-every", "3", "--evaluate-data", folder.file("pairs.jsonl"),
            ])
        #expect(outcome.code == 0, "\(outcome.errors)")
        let whole = try metrics("run")
        #expect(
            abs((whole[0]["loss"] ?? 0) - log(2.0)) < 1e-7 && whole[0]["margin"] == 0
                && whole[0]["accuracy"] == 0)
        #expect(whole[0]["rewards_chosen"] == 0 && whole[0]["rewards_rejected"] == 0)
        #expect((whole[5]["margin"] ?? 0) > 0 && whole[5]["loss"] ?? 1 < log(2.0))
        let weights = kind[0] == "--lora-rank" ? "final/adapter_model.safetensors" : "final/model.safetensors"
        let (end, reference) = (try bytes("run/\(weights)"), try bytes("run/reference.json"))
        try FileManager.default.removeItem(atPath: folder.file("run/final"))
        let resumed = try Tool.run(["train", "--resume", folder.file("run")])
        #expect(resumed.code == 0 && resumed.errors.contains("going on after step 3"), "\(resumed.errors)")
        #expect(try bytes("run/\(weights)") == end && bytes("run/reference.json") == reference)
        #expect(try metrics("run") == whole)
        let evaluations = String(decoding: try bytes("run/evaluations.jsonl"), as: UTF8.self)
        #expect(evaluations.split(separator: "\n").count == 2 && evaluations.contains("\"margin\":"))
    }

    /// Both sides of each pair are in the telemetry, and the measured pattern is that of their difference.
    @Test func headsAreProbedByPairAndSide() throws {
        #expect(try train("run", ["--lora-rank", "2", "--max-steps", "2"]).code == 0)
        let patterns = PatternFile(folder.file("run/patterns.h5"))
        let telemetry = try #require(try patterns.readTelemetry(task: "pairs"))
        #expect(telemetry.ids.count == 16)
        #expect(telemetry.ids.allSatisfy { $0.hasSuffix("/chosen") || $0.hasSuffix("/rejected") })
        let measured = try patterns.list()
        #expect(measured.map(\.checkpoint).sorted() == ["base", "final"])
        #expect(measured.allSatisfy { $0.provenance.reduction == "pair-difference" })
        let events = try FileManager.default.contentsOfDirectory(atPath: folder.file("run"))
            .first { $0.hasPrefix("events.out") }
        let tags = String(decoding: try bytes("run/\(events ?? "")"), as: UTF8.self)
        #expect(tags.contains("train/margin") && tags.contains("train/rewards_chosen"))
        let report = try Tool.run([
            "report", folder.file("run/patterns.h5"), "--output", folder.file("r.html"),
        ])
        #expect(report.code == 0, "\(report.errors)")
    }

    /// At a point where the model is the reference, a side's rows are ∓β/2 of what `attribute` finds for its answer's sum.
    @Test func telemetryIsTheDerivativeOfThePairsLoss() throws {
        #expect(
            try train("run", ["--lora-rank", "2", "--max-steps", "1", "--order", "given", "--beta", "0.5"])
                .code == 0)
        let telemetry = try #require(
            try PatternFile(folder.file("run/patterns.h5")).readTelemetry(task: "pairs"))
        let measured = try PatternFile(folder.file("run/patterns.h5")).read(task: "pairs", checkpoint: "base")
        let width = measured.layers * measured.heads
        let rows = try ["1/chosen", "1/rejected"].map {
            try #require(telemetry.ids.firstIndex(of: $0)) * width
        }
        for head in 0..<width {
            let both = telemetry.signed[rows[0] + head] + telemetry.signed[rows[1] + head]
            #expect(abs(both - 0.25 * measured.signed[head]) <= 1e-4 * max(1e-2, abs(both)))
        }
    }

    @Test func whatCannotBeIsRefused() throws {
        try write(#"{"prompt": "a", "chosen": "b", "rejected": "b"}"#, "equal.jsonl")
        try write(#"{"prompt": "a", "completion": "b"}"#, "plain.jsonl")
        let cases: [([String], String, Int32, String)] = [
            (["--beta", "-0.1"], "pairs.jsonl", 64, "--beta is -0.1, but must be above 0."),
            (["--label-smoothing", "0.5"], "pairs.jsonl", 64, "--label-smoothing"),
            (["--loss", "ipo", "--label-smoothing", "0.1"], "pairs.jsonl", 64, "0 with --loss ipo"),
            (["--loss", "hinge"], "pairs.jsonl", 64, "hinge"),
            ([], "equal.jsonl", 65, "are the same tokens, so neither is preferred"),
            ([], "plain.jsonl", 65, "\"chosen\""),
        ]
        for (flags, data, code, words) in cases {
            let outcome = try train("refused", flags, data: data)
            #expect(
                outcome.code == code && outcome.errors.contains(words), "\(outcome.code) \(outcome.errors)")
            #expect(!FileManager.default.fileExists(atPath: folder.file("refused")))
        }
        let supervised = try Tool.run([
            "train", "--model", model, "--data", folder.file("pairs.jsonl"), "--output",
            folder.file("refused"),
        ])
        #expect(
            supervised.code == 65 && supervised.errors.contains("--objective preference"),
            "\(supervised.errors)")
        let beta = try Tool.run([
            "train", "--model", model, "--data", folder.file("pairs.jsonl"), "--output",
            folder.file("refused"),
            "--beta", "1",
        ])
        #expect(beta.code == 64 && beta.errors.contains("--objective preference"), "\(beta.errors)")
    }

    /// Scores of another model are none of this run's reference; without them it does not go on.
    @Test func anotherModelsReferenceIsRefused() throws {
        #expect(
            try train("run", ["--lora-rank", "2", "--max-steps", "4", "--checkpoint-every", "2"]).code == 0)
        try FileManager.default.removeItem(atPath: folder.file("run/final"))
        let path = folder.file("run/reference.json")
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let key = try #require(text.range(of: "\"model_sha256\" : \""))
        let other = text[..<key.upperBound] + "0" + text[text.index(after: key.upperBound)...]
        try write(String(other), "run/reference.json")
        let outcome = try Tool.run(["train", "--resume", folder.file("run")])
        #expect(
            outcome.code == 65 && outcome.errors.contains("the reference's model is 0"), "\(outcome.errors)")
        try FileManager.default.removeItem(atPath: path)
        let missing = try Tool.run(["train", "--resume", folder.file("run")])
        #expect(missing.code == 66 && missing.errors.contains("reference.json"), "\(missing.errors)")
    }

    private struct Evaluation: Decodable {
        struct Accuracy: Decodable {
            let metric: String
            let value, low, high: Double
        }
        struct Comparison: Decodable {
            struct Difference: Decodable { let metric: String; let both, neither: Int }
            let differences: [Difference]
        }
        struct Figure: Decodable { let mean: Double }
        let kind: String
        let accuracies: [Accuracy]
        let chance: Double?
        let majority: Double?
        let margin: Figure?
        let comparison: Comparison?
    }

    @Test func evaluateCountsPreferences() throws {
        let flags = ["evaluate", "--model", model, "--data", folder.file("pairs.jsonl")]
        let lines = folder.file("outcomes.jsonl")
        let first: Evaluation = try Tool.json(flags + ["--output", lines])
        #expect(first.kind == "preference" && first.accuracies.map(\.metric) == ["acc", "acc_tokens"])
        #expect(first.chance == 0.5 && first.majority == nil && first.margin != nil)
        let again: Evaluation = try Tool.json(flags + ["--compare", lines])
        #expect(again.comparison?.differences.map(\.metric) == ["acc", "acc_tokens"])
        #expect(again.comparison?.differences.allSatisfy { $0.both + $0.neither == 10 } == true)
        let table = try Tool.run(flags)
        #expect(
            table.code == 0 && table.output.contains("by guessing") && table.output.contains("acc_tokens"))
        let scored = try String(contentsOfFile: lines, encoding: .utf8).split(separator: "\n")
        #expect(scored.count == 10 && scored[0].contains("\"log_likelihoods\":["))
    }

    @Test func dataShowPrintsBothSides() throws {
        let shown = try Tool.run([
            "data", "show", "--model", model, "--data", folder.file("pairs.jsonl"), "--count", "1",
        ])
        #expect(shown.code == 0, "\(shown.errors)")
        #expect(
            shown.output.contains("id 1, line 1, chosen: ")
                && shown.output.contains("id 1, line 1, rejected: "))
        #expect(shown.output.contains("── 10 pairs, left out 0, "))
        #expect(shown.output.count(where: { $0 == "⟦" }) == 2)
    }
}
