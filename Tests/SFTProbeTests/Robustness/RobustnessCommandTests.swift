import Foundation
import TestSupport
import Testing

/// `robustness`, `refusals` and `train --guard` as a user runs them.
@Suite struct RobustnessCommandTests {
    static let model = repositoryPath("notebooks-data/reference/tiny-llama/gqa-tied.f32.gguf")
    let folder: TemporaryFolder
    let probe: String

    init() throws {
        folder = try TemporaryFolder()
        probe = folder.file("probe.jsonl")
        let lines = (0..<24).map { number in
            let text = number % 2 == 0 ? "a\(number)b" : "\(number) cd"
            return
                #"{"id": "p\#(number)", "prompt": "\#(text)", "label": \#(number % 2), "split": "\#(number % 3 == 0 ? "test" : "train")"}"#
        }
        try lines.joined(separator: "\n").write(toFile: probe, atomically: true, encoding: .utf8)
    }

    private func write(_ name: String, _ text: String) throws -> String {
        try text.write(toFile: folder.file(name), atomically: true, encoding: .utf8)
        return folder.file(name)
    }

    private func measured(_ flags: [String] = []) throws -> (file: String, outcome: Tool.Outcome) {
        let file = folder.file("robustness.jsonl")
        let outcome = try Tool.run(
            ["robustness", "measure", "--model", Self.model, "--data", probe, "--output", file, "--quiet"]
                + flags)
        return (file, outcome)
    }

    private func lines(_ file: String) throws -> [[String: Any]] {
        try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").map {
            try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
    }

    @Test func everyFlagOfAMeasurementArrives() throws {
        let openings = try write("o.json", #"{"refusal": ["a", "ab"], "compliance": ["c"]}"#)
        let (file, outcome) = try measured([
            "--perturbation", "scale=0", "--perturbation", "noise=0.2", "--seeds", "2", "--types", "q,down",
            "--layers", "1", "--openings", openings, "--first-order", "--l2", "0.5", "--tolerance", "0.5",
        ])
        #expect(outcome.code == 0, "\(outcome.errors)")
        let found = try lines(file)
        // Two modules: once removed, and under two seeds of noise.
        #expect(found.count == 1 + 2 * 3)
        #expect(found[0]["module"] is NSNull && found[0]["drop"] as? Double == 0)
        #expect(
            Set(found.dropFirst().compactMap { $0["module"] as? String }) == [
                "model.layers.1.self_attn.q_proj", "model.layers.1.mlp.down_proj",
            ])
        #expect(found.allSatisfy { $0["margin"] is Double && $0["accuracy"] is Double })
        #expect(found.dropFirst().allSatisfy { $0["first_order"] is Double })
        #expect(
            outcome.output.contains("noise=0.2: 2 modules")
                && outcome.output.contains("Next: sft-probe robustness search"))
        let json = try measured(["--types", "o", "--seeds", "1", "--json"])
        let object = try #require(
            JSONSerialization.jsonObject(with: Data(json.outcome.output.utf8)) as? [String: Any])
        #expect(
            ((object["perturbations"] as? [[String: Any]])?.first?["perturbation"] as? String) == "noise=0.1")
    }

    /// From a measurement to rates, a guarded training, refusals and a page.
    @Test func ratesAreSearchedTrainedWithAndShown() throws {
        let (file, outcome) = try measured(["--perturbation", "scale=0.5"])
        #expect(outcome.code == 0, "\(outcome.errors)")
        let rates = folder.file("rates.json")
        let search = [
            "robustness", "search", file, "--model", Self.model, "--data", probe, "--quiet", "--tolerance",
            "0.9",
        ]
        let found = try Tool.run(search + ["--factor", "0.001", "--output", rates])
        #expect(found.code == 0, "\(found.errors)")
        #expect(found.output.contains("are robust together") && found.output.contains("--guard"))
        let written = try String(contentsOfFile: rates, encoding: .utf8)
        #expect(written.contains(#""default": 0.001"#) && written.contains("model.layers.0.self_attn.q_proj"))
        #expect(FileManager.default.fileExists(atPath: folder.file("rates-random.json")))
        let swat = try Tool.run(
            search + [
                "--warmup-share", "0.25", "--output", folder.file("swat.json"), "--control",
                folder.file("c.json"),
                "--json",
            ])
        #expect(swat.code == 0 && swat.output.contains("random_parameters"), "\(swat.errors)")
        #expect(
            try String(contentsOfFile: folder.file("swat.json"), encoding: .utf8).contains(#""steps": 0.25"#))

        let data = try write(
            "train.jsonl",
            (0..<8).map { #"{"prompt": "ab\#($0)", "completion": "cd\#($0)"}"# }.joined(separator: "\n"))
        let run = folder.file("run")
        let trained = try Tool.run([
            "train", "--model", Self.model, "--data", data, "--output", run, "--lora-rank", "2",
            "--max-steps", "4",
            "--batch-size", "2", "--rates", rates, "--guard", probe, "--probe-every", "2",
            "--checkpoint-every", "2",
            "--quiet",
        ])
        #expect(trained.code == 0, "\(trained.errors)")
        let metrics = try lines("\(run)/metrics.jsonl")
        #expect(metrics.map { $0["eval_guard_accuracy"] is Double } == [false, true, false, true])
        #expect(
            metrics.allSatisfy {
                ($0["eval_guard_margin"] is Double) == ($0["eval_guard_accuracy"] is Double)
            })
        let record = try String(contentsOfFile: "\(run)/run.json", encoding: .utf8)
        #expect(record.contains(#""guard_openings""#) && record.contains("--guard="))

        let before = folder.file("before.jsonl")
        let refusals = [
            "refusals", "--model", Self.model, "--data", probe, "--quiet", "--answer-tokens", "3",
        ]
        #expect(try Tool.run(refusals + ["--output", before]).code == 0)
        let after = try Tool.run(
            refusals + [
                "--adapter", "\(run)/final", "--compare", before, "--output", folder.file("after.jsonl"),
            ])
        #expect(after.code == 0 && after.output.contains("p (McNemar)"), "\(after.errors)")
        #expect(try lines(before).allSatisfy { $0["margin"] is Double && $0["refused"] is Bool })

        let moved = try Tool.run([
            "score", "--model", Self.model, "--adapter", "\(run)/final", "--data", data, "--divergence",
            "base", "--quiet",
        ])
        let divergences = moved.output.matches(of: #/"kl":([0-9.e-]+)/#).compactMap { Double($0.1) }
        #expect(divergences.count == 8 && divergences.allSatisfy { $0 > 0 && $0 < 10 }, "\(moved.output)")

        let page = folder.file("page.html")
        let report = try Tool.run([
            "report", run, "--robustness", file, "--refusals", "before=\(before)", "--refusals",
            "after=\(folder.file("after.jsonl"))", "--output", page,
        ])
        #expect(report.code == 0, "\(report.errors)")
        let html = try String(contentsOfFile: page, encoding: .utf8)
        for text in ["Which modules carry the behaviour", "The guarded behaviour while training", "Refusals"]
        {
            #expect(html.contains(text), "\(text)")
        }
    }

    /// A guarded run that is stopped and goes on has the same drift as one that is not.
    @Test func aGuardedRunGoesOn() throws {
        let data = try write(
            "train.jsonl",
            (0..<8).map { #"{"prompt": "ab\#($0)", "completion": "cd\#($0)"}"# }.joined(separator: "\n"))
        func train(_ name: String) throws -> [String] {
            let run = folder.file(name)
            let outcome = try Tool.run([
                "train", "--model", Self.model, "--data", data, "--output", run, "--lora-rank", "2",
                "--max-steps",
                "6", "--batch-size", "2", "--guard", probe, "--checkpoint-every", "2", "--quiet", "--workers",
                "1",
            ])
            #expect(outcome.code == 0, "\(outcome.errors)")
            return try lines("\(run)/metrics.jsonl").map { "\($0["eval_guard_logit"] ?? "")" }
        }
        let whole = try train("whole")
        _ = try train("broken")
        let broken = folder.file("broken")
        try FileManager.default.removeItem(atPath: "\(broken)/final")
        let again = try Tool.run(["train", "--resume", broken, "--quiet"])
        #expect(again.code == 0, "\(again.errors)")
        let found = try lines("\(broken)/metrics.jsonl").map { "\($0["eval_guard_logit"] ?? "")" }
        #expect(found == whole && whole.count == 6 && !whole.contains(""))
    }

    @Test(arguments: [
        (
            [
                #"{"prompt": "a", "label": 1, "split": "train"}"#,
                #"{"prompt": "b", "label": 1, "split": "test"}"#,
            ], "both kinds"
        ),
        ([#"{"prompt": "a", "label": 1}"#], "\"split\" is missing"),
        ([#"{"prompt": "a", "label": "harmful", "split": "train"}"#], "\"label\" is \"harmful\""),
        ([#"{"prompt": "a", "split": "train"}"#], "\"label\" is missing"),
    ])
    func badPromptsAreNamed(_ lines: [String], _ words: String) throws {
        let data = try write("bad.jsonl", lines.joined(separator: "\n"))
        let output = folder.file("bad-output.jsonl")
        let outcome = try Tool.run([
            "robustness", "measure", "--model", Self.model, "--data", data, "--output", output, "--quiet",
        ])
        #expect(outcome.code == 65 && outcome.errors.contains(words), "\(outcome.errors)")
        #expect(!FileManager.default.fileExists(atPath: output))
    }

    @Test func badFlagsAndFilesAreNamed() throws {
        for (flags, code, words) in [
            (["--types", "q,router"], 64, "--types is q,router"),
            (["--layers", "9"], 64, "has 3 layers"),
            (["--perturbation", "noise"], 64, "perturbation"),
            (["--perturbation", "noise=0"], 64, "perturbation"),
            (["--openings", folder.file("none.json")], 66, "none.json"),
            (["--openings", probe], 65, "does not hold openings"),
            (["--seeds", "0"], 64, "--seeds is 0"),
        ] {
            let outcome = try measured(flags).outcome
            #expect(outcome.code == code && outcome.errors.contains(words), "\(flags): \(outcome.errors)")
        }
        let search = try Tool.run([
            "robustness", "search", probe, "--model", Self.model, "--data", probe, "--output",
            folder.file("r.json"),
        ])
        #expect(search.code == 65, "\(search.errors)")
        let (file, _) = try measured(["--perturbation", "scale=0", "--types", "q"])
        let other = try Tool.run([
            "robustness", "search", file, "--model", Self.model, "--data", probe, "--output",
            folder.file("r.json"),
            "--perturbation", "noise=0.1", "--quiet",
        ])
        #expect(other.code == 65 && other.errors.contains("under scale=0"), "\(other.errors)")
        let examples = try write("e.jsonl", #"{"prompt": "ab", "completion": "cd"}"#)
        let alone = try Tool.run(["score", "--model", Self.model, "--data", examples, "--divergence", "base"])
        #expect(alone.code == 0 && alone.output.contains(#""kl":0"#), "\(alone.output)")
    }
}
