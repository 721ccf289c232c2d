import Foundation
import TestSupport
import Testing

/// That flags of `robustness` and `train --guard` arrive, and that a measurement goes on.
@Suite struct RobustnessFlagTests {
    let folder: TemporaryFolder
    let model: String
    let probe: String

    init() throws {
        folder = try TemporaryFolder()
        model = try Tool.tinyModel(in: folder)
        probe = folder.file("probe.jsonl")
        let lines = (0..<24).map { number in
            let text = number % 2 == 0 ? "ab\(number)" : "what is \(number)"
            return
                #"{"id": "p\#(number)", "prompt": "\#(text)", "label": \#(number % 2), "split": "\#(number % 3 == 0 ? "test" : "train")"}"#
        }
        try lines.joined(separator: "\n").write(toFile: probe, atomically: true, encoding: .utf8)
    }

    private var file: String { folder.file("robustness.jsonl") }

    private func measure(_ flags: [String]) throws -> Tool.Outcome {
        try Tool.run(
            ["robustness", "measure", "--model", model, "--data", probe, "--output", file] + flags)
    }

    private func lines(_ file: String) throws -> [[String: Any]] {
        try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").map {
            try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
    }

    private func trained(_ name: String, _ flags: [String] = []) throws -> String {
        let data = folder.file("train.jsonl")
        try (0..<8).map { #"{"prompt": "ab\#($0)", "completion": "what\#($0)"}"# }.joined(separator: "\n")
            .write(
                toFile: data, atomically: true, encoding: .utf8)
        let run = folder.file(name)
        let outcome = try Tool.run(
            [
                "train", "--model", model, "--data", data, "--output", run, "--lora-rank", "2", "--max-steps",
                "3", "--batch-size", "4", "--learning-rate", "0.05", "--quiet",
            ] + flags)
        #expect(outcome.code == 0, "\(outcome.errors)")
        return run
    }

    /// What a stopped measurement kept is not computed again, and the lines are those of an unbroken one.
    @Test func aStoppedMeasurementGoesOn() throws {
        let flags = ["--types", "q,down", "--seeds", "2", "--first-order", "--openings", "usual"]
        let whole = try measure(flags)
        #expect(whole.code == 0, "\(whole.errors)")
        let (wanted, part) = (try String(contentsOfFile: file, encoding: .utf8), file + ".part")
        #expect(!FileManager.default.fileExists(atPath: part))

        // No file may grow beyond 4,096 bytes: as a full disk.
        try FileManager.default.removeItem(atPath: file)
        let command = [
            Tool.path, "robustness", "measure", "--model", model, "--data", probe, "--output", file,
        ]
        let stopped = try Tool.run(
            program: "/bin/sh", ["-c", "ulimit -f 8; exec \"$@\"", "-"] + command + flags)
        #expect(stopped.code != 0 && FileManager.default.fileExists(atPath: part), "\(stopped.errors)")
        let again = try measure(flags)
        #expect(again.code == 0, "\(again.errors)")
        #expect(again.errors.contains("were computed by a run that was broken off"), "\(again.errors)")
        #expect(try String(contentsOfFile: file, encoding: .utf8) == wanted)
        #expect(!FileManager.default.fileExists(atPath: part))
    }

    @Test func aPartOfOtherSettingsIsNotTaken() throws {
        try #"{"format": "sft-probe/robustness-part", "l2": 3}"#.appending("\n").write(
            toFile: file + ".part", atomically: true, encoding: .utf8)
        let other = try measure(["--types", "q", "--seeds", "1"])
        #expect(other.code == 65 && other.errors.contains("robustness.jsonl.part"), "\(other.errors)")
    }

    /// delta: W + 0·ΔW is the model as it is; with α = 1 of an adapter of one type, that type's modules change.
    @Test func anAdaptersChangeIsAdded() throws {
        let run = try trained("run", ["--lora-targets", "q_proj"])
        func logits(_ strength: String) throws -> [String: Double] {
            let outcome = try measure([
                "--perturbation", "delta=\(run)/final", "--strength", strength, "--types", "q,v", "--quiet",
            ])
            #expect(outcome.code == 0, "\(outcome.errors)")
            let found = try lines(file).dropFirst()
            #expect(
                found.allSatisfy {
                    $0["perturbation"] as? String == "delta" && $0["strength"] as? Double == Double(strength)
                })
            return Dictionary(
                uniqueKeysWithValues: found.map {
                    ($0["module"] as? String ?? "", $0["logit"] as? Double ?? .nan)
                })
        }
        let (none, once) = (try logits("0"), try logits("1"))
        #expect(Set(none.values).count == 1)
        for (module, logit) in once {
            #expect((logit == none[module]) == module.hasSuffix("v_proj"), "\(module)")
        }
        let search = try Tool.run([
            "robustness", "search", file, "--model", model, "--data", probe, "--output",
            folder.file("r.json"),
            "--tolerance", "0.9", "--quiet",
        ])
        #expect(
            search.code == 65 && search.errors.contains("--perturbation delta=ADAPTER"), "\(search.errors)")
        let named = try Tool.run([
            "robustness", "search", file, "--model", model, "--data", probe, "--output",
            folder.file("r.json"),
            "--tolerance", "0.9", "--quiet", "--perturbation", "delta=\(run)/final", "--strength", "2",
        ])
        #expect(named.code == 65 && named.errors.contains("under delta=1.0"), "\(named.errors)")
    }

    /// Single blocks are as long as `--run`; the classifier's penalty and the seeds change what a check finds.
    @Test func everyFlagOfASearchArrives() throws {
        #expect(try measure(["--seeds", "2", "--quiet", "--perturbation", "noise=0.5"]).code == 0)
        func checks(_ flags: [String]) throws -> [(modules: Int, accuracy: Double)] {
            let outcome = try Tool.run(
                [
                    "robustness", "search", file, "--model", model, "--data", probe, "--quiet", "--json",
                    "--output", folder.file("rates.json"), "--tolerance", "0.99",
                ] + flags)
            #expect(outcome.code == 0, "\(outcome.errors)")
            let object = try #require(
                JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
            return try #require(object["checks"] as? [[String: Any]]).map {
                (($0["modules"] as? [String])?.count ?? 0, $0["accuracy"] as? Double ?? .nan)
            }
        }
        #expect(try checks(["--run", "1"]).allSatisfy { $0.modules == 1 })
        #expect(try checks(["--run", "3"]).contains { $0.modules == 3 })
        let usual = try checks([]).map(\.accuracy)
        #expect(try checks(["--seeds", "5"]).map(\.accuracy) != usual)
        for flags in [["--run", "0"], ["--l2", "0"], ["--factor", "2"], ["--warmup-share", "1"]] {
            let outcome = try Tool.run(
                ["robustness", "search", file, "--model", model, "--data", probe, "--output", "x.json"]
                    + flags)
            #expect(outcome.code == 64 && outcome.errors.contains(flags[0]), "\(outcome.errors)")
        }
    }

    /// With the chat template the guard reads other tokens, and other openings make another margin.
    @Test func aGuardReadsByTheTemplate() throws {
        try "{% for m in messages %}x{{ m.content }}y{% endfor %}".write(
            toFile: model + "/chat_template.jinja", atomically: true, encoding: .utf8)
        let openings = folder.file("openings.json")
        try #"{"refusal": ["a"], "compliance": ["b", "w"]}"#.write(
            toFile: openings, atomically: true, encoding: .utf8)
        func first(_ name: String, _ flags: [String]) throws -> (logit: Double, margin: Double) {
            let run = try trained(name, ["--guard", probe] + flags)
            let line = try #require(try lines("\(run)/metrics.jsonl").first)
            return (
                line["eval_guard_logit"] as? Double ?? .nan, line["eval_guard_margin"] as? Double ?? .nan
            )
        }
        let plain = try first("plain", [])
        let chat = try first("chat", ["--guard-chat"])
        let other = try first("other", ["--guard-openings", openings])
        #expect(chat.logit != plain.logit && chat.margin != plain.margin)
        #expect(other.logit == plain.logit && other.margin != plain.margin)
    }
}
