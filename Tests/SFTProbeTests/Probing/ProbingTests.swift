import Foundation
import TestSupport
import Testing

/// `states`, `probe` and `evaluate-text` as a user runs them.
@Suite struct ProbingTests {
    static let model = repositoryPath("notebooks-data/reference/tiny-llama/gqa-tied.f32.gguf")
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// States of pairs of prompts; `group` names the group of a pair.
    private func states(_ name: String, group: (Int) -> String, label: (Int, Int) -> String) throws -> String
    {
        let lines = (0..<12).flatMap { pair in
            (0..<2).map { side in
                let prompt = side == 0 ? "ab\(pair)" : "\(pair) cd"
                return
                    #"{"prompt": "\#(prompt)", "label": "\#(label(pair, side))", "group": "\#(group(pair))"}"#
            }
        }
        let (data, output) = (folder.file("\(name).jsonl"), folder.file("\(name).h5"))
        try lines.joined(separator: "\n").write(toFile: data, atomically: true, encoding: .utf8)
        let outcome = try Tool.run([
            "states", "--model", Self.model, "--data", data, "--output", output, "--quiet",
        ])
        #expect(outcome.code == 0, "\(outcome.errors)")
        return output
    }

    @Test func statesAreProbedAndCompared() throws {
        let file = try states("pairs", group: { "\($0)" }, label: { $1 == 0 ? "first" : "second" })
        let outcome = try Tool.run([
            "probe", file, "--compare", file, "--folds", "4", "--control", "2", "--l2", "0.5", "--json",
            "--quiet",
        ])
        #expect(outcome.code == 0, "\(outcome.errors)")
        let found = try #require(
            JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
        #expect(
            found["folds"] as? Int == 4 && found["controls"] as? Int == 2 && found["l2"] as? Double == 0.5)
        #expect(found["grouped"] as? Bool == true && found["texts"] as? Int == 24)
        let probes = try #require(found["probes"] as? [[String: Any]])
        #expect(Set(probes.compactMap { $0["site"] as? String }) == ["residual", "head", "mlp", "final"])
        #expect(probes.allSatisfy { ($0["head"] is NSNull) == ($0["site"] as? String != "head") })
        let changes = try #require(found["changes"] as? [[String: Any]])
        #expect(changes.count == probes.count && changes.allSatisfy { $0["won"] as? Int == 0 })
    }

    /// Probes beside a task's heads, and both on one page.
    @Test func probesStandBesideHeads() throws {
        let file = try states("beside", group: { "\($0)" }, label: { $1 == 0 ? "first" : "second" })
        let (data, patterns) = (folder.file("task.jsonl"), folder.file("p.h5"))
        try (0..<8).map { #"{"prompt": "ab\#($0)", "completion": "cd\#($0)"}"# }.joined(separator: "\n")
            .write(toFile: data, atomically: true, encoding: .utf8)
        let attributed = try Tool.run([
            "attribute", "--model", Self.model, "--data", data, "--task", "letters", "--output", patterns,
            "--quiet",
        ])
        #expect(attributed.code == 0, "\(attributed.errors)")
        let (probes, page) = (folder.file("probes.json"), folder.file("page.html"))
        let outcome = try Tool.run([
            "probe", file, "--folds", "4", "--control", "1", "--patterns", patterns, "--task", "letters",
            "--output", probes, "--quiet",
        ])
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("rank correlation over"), "\(outcome.output)")
        let written = try String(contentsOfFile: probes, encoding: .utf8)
        #expect(written.contains(#""within_layers""#) && written.contains(#""probes""#))
        #expect(try Tool.run(["report", patterns, "--probes", probes, "--output", page]).code == 0)
        let html = try String(contentsOfFile: page, encoding: .utf8)
        #expect(html.contains("What can be read off, and where") && html.contains("read off the head"))
        let other = try Tool.run(["report", patterns, "--probes", data, "--output", page])
        #expect(other.code == 65 && other.errors.contains("is not what"), "\(other.errors)")
        let missing = try Tool.run(["report", patterns, "--probes", folder.file("no.json"), "--output", page])
        #expect(missing.code == 66)
        let elsewhere = try Tool.run(["probe", file, "--patterns", patterns, "--task", "nothing", "--quiet"])
        #expect(elsewhere.code == 66 && elsewhere.errors.contains("nothing"), "\(elsewhere.errors)")
    }

    /// Minimal pairs without groups are noticed.
    @Test func nearCopiesAreNamed() throws {
        let lines = (0..<24).map { line in
            let stem = (0..<40).map { "\((line / 2 * 7919 + $0 * $0 * 31) % 97)" }.joined(separator: " ")
            return #"{"prompt": "\#(line % 2 == 0 ? "a" : "b") \#(stem)", "label": "\#(line % 2)"}"#
        }
        let (data, output) = (folder.file("copies.jsonl"), folder.file("copies.h5"))
        try lines.joined(separator: "\n").write(toFile: data, atomically: true, encoding: .utf8)
        let made = try Tool.run([
            "states", "--model", Self.model, "--data", data, "--output", output, "--quiet",
        ])
        #expect(made.code == 0, "\(made.errors)")
        let outcome = try Tool.run(["probe", output, "--control", "0"])
        #expect(
            outcome.code == 0 && outcome.errors.contains("are nearly alike in layer"), "\(outcome.errors)")
    }

    @Test func statesThatCannotBeProbedAreRefused() throws {
        let one = try states("one", group: { _ in "same" }, label: { $1 == 0 ? "first" : "second" })
        let few = try states("few", group: { "\($0 % 3)" }, label: { $1 == 0 ? "first" : "second" })
        let names = try states("names", group: { "\($0)" }, label: { "\($0)-\($1)" })
        let same = try states("same", group: { "\($0)" }, label: { _, _ in "first" })
        for (file, words) in [
            (one, "of 1 groups"), (few, "give --folds 3"), (names, "24 different labels"),
            (same, "all texts have the label first"), (folder.file("one.jsonl"), "HDF5"),
        ] {
            let outcome = try Tool.run(["probe", file, "--control", "0", "--quiet"])
            #expect(outcome.code == 65 && outcome.errors.contains(words), "\(outcome.code) \(outcome.errors)")
        }
    }

    @Test func whatIsReadIsNotReplaced() throws {
        let file = try states("kept", group: { "\($0)" }, label: { $1 == 0 ? "first" : "second" })
        let before = try Data(contentsOf: URL(filePath: file))
        for arguments in [
            ["probe", file, "--control", "0", "--output", file],
            ["score", "--model", Self.model, "--data", folder.file("kept.jsonl"), "--output", file],
            [
                "states", "--model", Self.model, "--data", folder.file("kept.jsonl"), "--output", file,
            ],
        ] {
            let outcome = try Tool.run(arguments + ["--quiet"])
            #expect(outcome.code == 73, "\(arguments[0]): \(outcome.code) \(outcome.errors)")
        }
        #expect(try Data(contentsOf: URL(filePath: file)) == before)
    }

    @Test func textsAreEvaluated() throws {
        let texts = folder.file("texts.json")
        let array =
            #"[{"hypothesis": "a b c d e", "reference": ["a b c d e", "f"]}, {"hypothesis": "x", "reference": "y"}]"#
        try array.write(toFile: texts, atomically: true, encoding: .utf8)
        let outcome = try Tool.run([
            "evaluate-text", texts, "--metrics", "bleu,rouge", "--tokenizer", "none", "--json",
        ])
        #expect(outcome.code == 0 && outcome.errors.contains("rouge1 is left out"), "\(outcome.errors)")
        let found = try #require(
            JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
        #expect((found["metrics"] as? [String: Any])?.keys.sorted() == ["bleu"])
        #expect((found["settings"] as? [String: Any])?["tokenizer"] as? String == "none")
        #expect(try Tool.run(["evaluate-text", texts, "--metrics", "meteor"]).code == 64)
        let none = try Tool.run(["evaluate-text", texts, "--metrics", "rouge,wer", "--json"])
        #expect(none.code == 65 && none.output.isEmpty, "\(none.errors)")
    }
}
