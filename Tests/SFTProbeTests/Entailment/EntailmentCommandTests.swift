import Foundation
import TestSupport
import Testing

/// `entailment`, as a user runs it.
@Suite struct EntailmentCommandTests {
    private static let pairs = """
        {"premise": "Dogs bark at night.", "hypothesis": "Dogs bark.", "label": "entailment"}
        {"premise": "Dogs bark at night.", "hypothesis": "Cats purr.", "label": "neutral"}
        {"premise": "It rains in Paris.", "hypothesis": "Rain falls in Rome.", "label": "contradiction"}
        {"premise": "It rains in Paris.", "hypothesis": "It rains.", "label": "entailment"}

        """

    private func write(_ text: String, _ path: String) throws -> String {
        try Data(text.utf8).write(to: URL(filePath: path))
        return path
    }

    private struct Line: Decodable {
        struct Source: Decodable {
            let form, name: String
            let note: String?
            let calibration: Calibration?
        }
        struct Calibration: Decodable {
            let method: String
            let auroc: Double
        }
        let p: Double
        let label: Bool?
        let entailment: Source
    }

    private func lines(_ text: String) throws -> [Line] {
        try text.split(separator: "\n").map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
    }

    @Test func wordsSayWhatTheyAre() throws {
        let folder = try TemporaryFolder()
        let pairs = try write(Self.pairs, folder.file("pairs.jsonl"))
        let made = try Tool.run(["entailment", "score", pairs, "--entailment", "words"])
        #expect(made.code == 0, "\(made.errors)")
        let lines = try lines(made.output)
        #expect(lines.map(\.p) == [1, 0, 0, 1] && lines.map(\.label) == [true, false, false, true])
        #expect(lines.allSatisfy { $0.entailment.note == "not entailment: word overlap" })
        #expect(made.errors.contains("not entailment: word overlap") && made.errors.contains("AUROC"))
    }

    @Test func aCalibrationStandsInEveryResult() throws {
        let folder = try TemporaryFolder()
        let pairs = try write(Self.pairs, folder.file("pairs.jsonl"))
        let encoder = repositoryPath("notebooks-data/reference/encoders/bert")
        let scorer = ["--entailment", "encoder", "--entailment-model", encoder, "--threads", "1"]
        let calibration = folder.file("c.json")
        let fitted = try Tool.run(["entailment", "calibrate", pairs, "--output", calibration] + scorer)
        #expect(fitted.code == 0 && fitted.output.contains("AUROC"), "\(fitted.errors)")
        let made = try Tool.run(
            ["entailment", "score", pairs, "--entailment-calibration", calibration] + scorer)
        #expect(made.code == 0, "\(made.errors)")
        let lines = try lines(made.output)
        #expect(lines.count == 4 && lines.allSatisfy { $0.entailment.calibration?.method == "platt" })
        let other = try Tool.run([
            "entailment", "score", pairs, "--entailment", "words", "--entailment-calibration", calibration,
        ])
        #expect(other.code == 65 && other.errors.contains("was made for encoder"), "\(other.errors)")
    }

    /// The model's probabilities are those of a softmax over the two answers, whatever the pack.
    @Test func aModelIsAskedYesOrNo() throws {
        let folder = try TemporaryFolder()
        let pairs = try write(Self.pairs, folder.file("pairs.jsonl"))
        let model = try Tool.tinyModel(in: folder)
        let made = try Tool.run([
            "entailment", "score", pairs, "--entailment", "model", "--entailment-model", model, "--threads",
            "1",
        ])
        #expect(made.code == 0 && made.errors.contains("not calibrated"), "\(made.errors)")
        let lines = try lines(made.output)
        #expect(
            lines.count == 4 && lines.allSatisfy { $0.p > 0 && $0.p < 1 && $0.entailment.form == "model" })
    }

    /// Recorded replies with log-probabilities, and without: each result says how answers were read.
    @Test(arguments: [true, false]) func howAnAnswerWasReadIsSaid(_ hasAlternatives: Bool) throws {
        let folder = try TemporaryFolder()
        let pairs = try write(
            #"{"premise": "Dogs bark.", "hypothesis": "Dogs bark."}"# + "\n", folder.file("pairs.jsonl"))
        let question =
            #"Premise: Dogs bark.\nHypothesis: Dogs bark.\n\nDoes the premise entail the hypothesis: must it be true if the premise is? Answer with one word, yes or no."#
        let alternatives = hasAlternatives ? #", "alternatives": {"Yes": -0.5, "No": -1.5, "It": -3}"# : ""
        let replies = try write(
            #"{"teacher": "m", "request": {"messages": [{"role": "user", "content": "\#(question)"}], "temperature": 0, "maxTokens": 512, "seed": 0}, "reply": "Yes."\#(alternatives)}"#
                + "\n", folder.file("replies.jsonl"))
        let made = try Tool.run([
            "entailment", "score", pairs, "--entailment", "endpoint", "--teacher", "replay", "--replies",
            replies,
        ])
        try #require(made.code == 0, "\(made.errors)")
        let line = try #require(
            JSONSerialization.jsonObject(with: Data(made.output.utf8)) as? [String: Any])
        let reading = hasAlternatives ? "log-probabilities" : "first word"
        #expect((line["entailment"] as? [String: Any])?["reading"] as? String == reading)
        let p = try #require(line["p"] as? Double)
        #expect(abs(p - (hasAlternatives ? 1 / (1 + exp(-1)) : 1)) < 1e-9)
        #expect(made.errors.contains("answers read by \(reading)"), "\(made.errors)")
    }

    @Test(arguments: [
        (["--entailment", "model"], Int32(64), "--entailment-model"),
        (["--entailment", "recorded"], 64, "--entailments"),
        (["--entailment", "endpoint"], 64, "--teacher-url"),
        (["--entailment", "nonsense"], 64, "nonsense"),
        (["--entailment", "words", "--json"], 64, "--output"),
        (["--entailment", "recorded", "--entailments", "FOLDER/judged.jsonl"], 65, "Cats purr."),
        (["--entailment", "endpoint", "--teacher", "replay", "--replies", "/nowhere/r"], 66, "no such file"),
    ])
    func refuses(_ flags: [String], _ code: Int32, _ reason: String) throws {
        let folder = try TemporaryFolder()
        let pairs = try write(Self.pairs, folder.file("pairs.jsonl"))
        _ = try write(
            #"{"premise": "Dogs bark at night.", "hypothesis": "Dogs bark.", "entails": true}"# + "\n",
            folder.file("judged.jsonl"))
        let flags = flags.map { $0.replacing("FOLDER/", with: folder.file("")) }
        let outcome = try Tool.run(["entailment", "score", pairs] + flags)
        #expect(outcome.code == code && outcome.errors.contains(reason), "\(outcome.code): \(outcome.errors)")
    }

    @Test func numbersThatCouldMeanEitherAreRefused() throws {
        let folder = try TemporaryFolder()
        let pairs = try write(
            """
            {"premise": "Dogs bark.", "hypothesis": "Dogs bark.", "label": 1}
            {"premise": "Dogs bark.", "hypothesis": "Cats purr.", "label": 0}

            """, folder.file("pairs.jsonl"))
        let score = ["entailment", "score", pairs, "--entailment", "words"]
        let refused = try Tool.run(score)
        #expect(refused.code == 65 && refused.errors.contains("--entailment-label"), "\(refused.errors)")
        let told = try Tool.run(score + ["--entailment-label", "1"])
        #expect(told.code == 0 && told.errors.contains("1.000"), "\(told.errors)")
    }
}
