import Foundation
import HDF5
import HeadActivation
import TestSupport
import Testing

/// Every flag of how a command computes arrives in what it records, and the precision is the one that was used.
@Suite struct RunFlagTests {
    let folder: TemporaryFolder
    let model: String

    static let flags = [
        "--threads", "2", "--workers", "1", "--seed", "7", "--precision", "bf16", "--pack-tokens", "64",
        "--template-date", "2026-11-30",
    ]

    /// A tiny model whose chat template prints the date, and data for every command.
    init() throws {
        folder = try TemporaryFolder()
        model = try Tool.tinyModel(in: folder)
        let config = try JSONSerialization.data(withJSONObject: [
            "eos_token": "<end>", "chat_template": OtherPeoplesDataTests.template,
        ])
        try config.write(to: URL(filePath: model + "/tokenizer_config.json"))
        func write(_ name: String, _ lines: [String]) throws {
            try (lines.joined(separator: "\n") + "\n").write(
                toFile: folder.file(name), atomically: true, encoding: .utf8)
        }
        let turns = (1...8).map {
            #"{"messages": [{"role": "user", "content": "say \#($0)"}, {"role": "assistant", "content": "a \#($0)."}]}"#
        }
        try write("data.jsonl", turns)
        for name in ["arithmetic", "arithmetic-train", "code", "cause-effect"] {
            try write("\(name).jsonl", turns)
        }
        try write(
            "choices.jsonl",
            (1...4).map { #"{"query": "say \#($0)", "options": ["a", "b"], "answer": 0}"# })
        try write(
            "queries.jsonl",
            (0..<6).map {
                #"{"id": "q\#($0)", "query": "what is \#($0)+7?", "options": ["it is \#($0 + 7)", "no, 3"], "answer": 0, "facts": ["\#($0)+7=\#($0 + 7)", "cats bark \#($0)"]}"#
            })
    }

    private func run(_ arguments: [String], _ flags: [String] = Self.flags) throws -> Tool.Outcome {
        let outcome = try Tool.run(arguments + flags)
        try #require(outcome.code == 0, "\(arguments[0]): \(outcome.errors)")
        if flags.contains("--workers") {
            #expect(outcome.errors.contains("1 worker, 2 threads a product"), "\(outcome.errors)")
        }
        return outcome
    }

    /// What the tool says that it computes in.
    private func used(_ outcome: Tool.Outcome) -> String {
        outcome.errors.contains("computing in fp32") ? "fp32" : "bf16"
    }

    private func object(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    private func expectComputing(_ found: Any?, precision: String) throws {
        let computing = try #require(found as? [String: Any])
        #expect(computing["threads"] as? Int == 2 && computing["workers"] as? Int == 1, "\(computing)")
        #expect(computing["seed"] as? Int == 7 && computing["pack_tokens"] as? Int == 64, "\(computing)")
        #expect(computing["precision"] as? String == precision, "\(computing)")
        #expect(computing["template_date"] as? String == "2026-11-30", "\(computing)")
    }

    private func expectRun(_ path: String, _ outcome: Tool.Outcome) throws {
        let record = try object(String(contentsOfFile: folder.file("\(path)/run.json"), encoding: .utf8))
        #expect(record["precision"] as? String == used(outcome))
        #expect(record["threads"] as? Int == 2 && record["seed"] as? Int == 7)
        #expect((record["settings"] as? [String: Any])?["pack_tokens"] as? Int == 64)
        try expectComputing((record["plan"] as? [String: Any])?["computing"], precision: "bf16")
        try expectMeasurements("\(path)/patterns.h5", outcome)
    }

    private func expectMeasurements(_ path: String, _ outcome: Tool.Outcome, date: String? = "2026-11-30")
        throws
    {
        let list = try PatternFile(folder.file(path)).list()
        #expect(!list.isEmpty)
        for item in list {
            #expect(item.provenance.precision == used(outcome), "\(item.task)/\(item.checkpoint)")
            #expect(item.provenance.seed == 7 && item.provenance.templateDate == date)
        }
    }

    @Test func train() throws {
        let outcome = try run([
            "train", "--model", model, "--data", folder.file("data.jsonl"), "--output", folder.file("run"),
            "--lora-rank", "2", "--max-steps", "2", "--batch-size", "2",
        ])
        try expectRun("run", outcome)
    }

    @Test func attribute() throws {
        let outcome = try run([
            "attribute", "--model", model, "--data", folder.file("data.jsonl"), "--task", "t", "--output",
            folder.file("p.h5"),
        ])
        try expectMeasurements("p.h5", outcome)
    }

    @Test func induction() throws {
        let outcome = try run([
            "induction", "--model", model, "--count", "4", "--length", "8", "--output", folder.file("p.h5"),
        ])
        try expectMeasurements("p.h5", outcome, date: nil)
    }

    @Test func states() throws {
        let outcome = try run([
            "states", "--model", model, "--data", folder.file("data.jsonl"), "--output",
            folder.file("s.h5"),
        ])
        let file = try HDF5File(reading: folder.file("s.h5"))
        #expect(try file.attribute("precision", of: "/") == .string(used(outcome)))
        #expect(try file.attribute("template_date", of: "/") == .string("2026-11-30"))
    }

    @Test func evaluate() throws {
        let outcome = try run([
            "evaluate", "--model", model, "--data", folder.file("choices.jsonl"), "--json",
        ])
        try expectComputing(object(outcome.output)["computing"], precision: used(outcome))
    }

    @Test func diagnose() throws {
        let outcome = try run([
            "diagnose", "--model", model, "--queries", folder.file("queries.jsonl"), "--output",
            folder.file("d.jsonl"), "--json",
        ])
        try expectComputing(object(outcome.output)["computing"], precision: used(outcome))
    }

    /// It has no record but its lines, so the remark is all there is.
    @Test func score() throws {
        let outcome = try run(["score", "--model", model, "--data", folder.file("data.jsonl")])
        #expect(outcome.errors.contains(", \(used(outcome))\n"), "\(outcome.errors)")
    }

    /// The patterns before and after training are comparable, and so are those of the tasks that `remedy` measures itself.
    @Test func remedy() throws {
        _ = try run([
            "diagnose", "--model", model, "--queries", folder.file("queries.jsonl"), "--threshold", "0",
            "--output", folder.file("all.jsonl"),
        ])
        let lines = try String(contentsOfFile: folder.file("all.jsonl"), encoding: .utf8).split(
            separator: "\n")
        let counting = lines.enumerated().map { place, line in
            let low = String(line).replacing(#/"threshold":[0-9.e-]+/#, with: "\"threshold\":1e-9")
            return place % 3 == 0 ? low.replacing("\"band\":0", with: "\"band\":1") : low
        }
        try counting.joined(separator: "\n").write(
            toFile: folder.file("d.jsonl"), atomically: true, encoding: .utf8)
        _ = try run(["synthesize", folder.file("d.jsonl"), "--output", folder.file("r.jsonl")], [])
        _ = try run(["schedule", folder.file("r.jsonl"), "--output", folder.file("c")], [])
        let outcome = try run([
            "remedy", folder.file("c/trl.jsonl"), "--model", model, "--diagnosis", folder.file("d.jsonl"),
            "--general", folder.file("data.jsonl"), "--output", folder.file("run"), "--epochs", "1",
            "--batch-size", "2", "--heads", "4",
        ])
        try expectRun("run", outcome)
        let similar = try Tool.run([
            "patterns", "similarity", folder.file("run/patterns.h5"), "--checkpoint", "base",
        ])
        #expect(similar.code == 0, "\(similar.errors)")
    }

    @Test func demo() throws {
        let outcome = try run([
            "demo", "--model", model, "--tasks", folder.file(""), "--output", folder.file("demo"),
            "--steps", "2", "--limit", "4",
        ])
        try expectRun("demo/run", outcome)
        try expectMeasurements("demo/patterns.h5", outcome)
    }

    /// Each flag of `train` decides the plan under its own name, and each key of a plan is a flag.
    @Test func theKeysOfAPlanAreTheFlagsOfTrain() throws {
        try train()
        let record = try object(String(contentsOfFile: folder.file("run/run.json"), encoding: .utf8))
        func leaves(_ value: [String: Any]) -> [String] {
            value.flatMap { key, member in (member as? [String: Any]).map(leaves) ?? [key] }
        }
        let keys = Set(leaves(try #require(record["plan"] as? [String: Any])))
        let help = try Tool.run(["train", "--help"]).output
        let flags = Set(
            help.matches(of: #/\n  --([a-z-]+)/#).map { String($0.1).replacing("-", with: "_") })
        #expect(keys.isSubset(of: flags), "\(keys.subtracting(flags))")
        // Not in this plan, for they have no value: what is optional, and what only says or resumes.
        let unset: Set = [
            "adapter", "resume", "limit", "epochs", "probe_data", "probe_task", "evaluate_data",
            "evaluate_limit", "evaluate_stop", "evaluate_extract", "progress", "quiet", "version", "config",
            "guard", "guard_openings", "guard_chat", "objective", "loss", "beta", "label_smoothing",
            "sft_weight", "rates",
            "new_tokens", "new_tokens_special", "config",
        ]
        #expect(flags.subtracting(keys) == unset.intersection(flags), "\(flags.subtracting(keys))")
    }
}
