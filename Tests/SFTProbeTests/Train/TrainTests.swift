import Foundation
import Glibc
import HeadActivation
import TestSupport
import Testing

/// `train` as a user runs it, on a tiny model.
@Suite struct TrainTests {
    let folder: TemporaryFolder
    let model: String

    init() throws {
        folder = try TemporaryFolder()
        model = try Tool.tinyModel(in: folder)
        var lines = ""
        for number in 1...10 {
            lines += "{\"prompt\": \"what is \(number)+7?\", \"completion\": \" it is \(number + 7).\"}\n"
        }
        try Data(lines.utf8).write(to: URL(filePath: folder.file("data.jsonl")))
    }

    private func train(_ output: String, _ more: [String]) throws -> Tool.Outcome {
        try Tool.run(
            ["train", "--model", model, "--data", folder.file("data.jsonl"), "--output", folder.file(output)]
                + more)
    }

    private func bytes(_ path: String) throws -> Data {
        try Data(contentsOf: URL(filePath: folder.file(path)))
    }

    private func metrics(_ run: String) throws -> [[String: Double]] {
        try String(decoding: bytes("\(run)/metrics.jsonl"), as: UTF8.self).split(separator: "\n").map {
            line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Double])
        }
    }

    @Test(arguments: [["--lora-rank", "2", "--lora-dropout", "0.2"], ["--learning-rate", "1e-3"]])
    func aRunLeavesWhatWasPromised(_ kind: [String]) throws {
        let outcome = try train(
            "run",
            kind + [
                "--max-steps", "6", "--batch-size", "4", "--checkpoint-every", "2", "--probe-steps", "3",
                "--evaluate-every", "3",
                "--evaluate-data", folder.file("data.jsonl"), "--evaluate-tokens", "4", "--evaluate-extract",
                "last-number",
            ])
        #expect(outcome.code == 0, "\(outcome.errors)")
        let lines = try metrics("run")
        #expect(lines.compactMap { $0["step"] } == [1, 2, 3, 4, 5, 6])
        #expect(lines.allSatisfy { $0["loss"] ?? 0 > 0 && $0["grad_norm"] ?? 0 > 0 && $0["tokens"] ?? 0 > 0 })
        #expect(
            lines[2]["eval_loss"] != nil && lines[2]["eval_accuracy"] != nil && lines[1]["eval_loss"] == nil)
        let weights = kind[0] == "--lora-rank" ? "adapter_model.safetensors" : "model.safetensors"
        for file in [
            "run.json", "evaluations.jsonl", "patterns.h5", "final/\(weights)", "final/trainer_state.json",
            "checkpoints/step-000002/\(weights)", "checkpoints/step-000004/optimizer.safetensors",
        ] {
            #expect(FileManager.default.fileExists(atPath: folder.file("run/\(file)")), "\(file)")
        }
        let list = try Tool.run(["patterns", "list", folder.file("run/patterns.h5"), "--json"])
        for state in ["base", "step-000003", "final"] { #expect(list.output.contains("\"\(state)\"")) }
        let option = kind[0] == "--lora-rank" ? ["--model", model, "--adapter"] : ["--model"]
        let score = try Tool.run(
            ["score"] + option + [folder.file("run/final"), "--data", folder.file("data.jsonl")])
        #expect(score.code == 0 && score.output.split(separator: "\n").count == 10, "\(score.errors)")
        let again = try train("run", kind)
        #expect(again.code == 73 && again.errors.contains("it is there already"))
    }

    /// Flags of how data are read and computed with are in the records, with the precision that was really used.
    @Test func flagsArriveInTheRecords() throws {
        let config = try JSONSerialization.data(withJSONObject: [
            "eos_token": "<end>", "chat_template": OtherPeoplesDataTests.template,
        ])
        try config.write(to: URL(filePath: model + "/tokenizer_config.json"))
        let line = OtherPeoplesDataTests.conversation.replacing(
            "\"source\": 1", with: "\"images\": [\"a.png\"]")
        try Data((line + "\n").utf8).write(to: URL(filePath: folder.file("data.jsonl")))
        let outcome = try train(
            "run",
            [
                "--lora-rank", "2", "--max-steps", "1", "--template-date", "2026-11-30", "--ignore-fields",
                "images", "--precision", "bf16",
            ])
        #expect(outcome.code == 0, "\(outcome.errors)")
        let record = try #require(
            try JSONSerialization.jsonObject(with: bytes("run/run.json")) as? [String: Any])
        let arguments = try #require(record["arguments"] as? [String])
        for flag in ["--template-date=2026-11-30", "--ignore-fields=images", "--precision=bf16"] {
            #expect(arguments.contains(flag), "\(arguments)")
        }
        let used = outcome.errors.contains("computing in fp32") ? "fp32" : "bf16"
        #expect(record["precision"] as? String == used)
        let measured = try PatternFile(folder.file("run/patterns.h5")).list()
        #expect(!measured.isEmpty)
        for summary in measured {
            #expect(summary.provenance.templateDate == "2026-11-30")
            #expect(summary.provenance.precision == used)
        }
    }

    /// Asked to stop, a run keeps its last step and says how to go on; resumed, it ends where an unbroken one does, bit
    /// for bit.
    @Test(arguments: [["--lora-rank", "2", "--lora-dropout", "0.2"], ["--learning-rate", "1e-3"]])
    func aStoppedRunEndsWhereAnUnbrokenOneDoes(_ kind: [String]) throws {
        let flags =
            kind + [
                "--max-steps", "3000", "--batch-size", "3", "--checkpoint-every", "500", "--threads", "2",
            ]
        #expect(try train("whole", flags).code == 0)
        let process = Process()
        process.executableURL = URL(filePath: Tool.path)
        process.arguments =
            [
                "train", "--model", model, "--data", folder.file("data.jsonl"), "--output",
                folder.file("broken"),
            ] + flags
        let errors = Pipe()
        process.standardError = errors
        try process.run()
        for _ in 0..<20_000 where process.isRunning {
            if FileManager.default.fileExists(atPath: folder.file("broken/metrics.jsonl")),
                try bytes("broken/metrics.jsonl").count(where: { $0 == 0x0A }) > 20
            {
                break
            }
            Thread.sleep(forTimeInterval: 0.001)
        }
        process.terminate()
        let said = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 75 && said.contains("--resume"), "\(said)")
        let resumed = try Tool.run(["train", "--resume", folder.file("broken")])
        #expect(resumed.code == 0, "\(resumed.errors)")
        let weights = kind[0] == "--lora-rank" ? "adapter_model.safetensors" : "model.safetensors"
        #expect(try bytes("whole/final/\(weights)") == bytes("broken/final/\(weights)"))
        #expect(try metrics("whole").map { $0["loss"] } == metrics("broken").map { $0["loss"] })
        let csv = try ["whole", "broken"].map { run in
            let file = folder.file("\(run).csv")
            let outcome = try Tool.run([
                "patterns", "export", folder.file("\(run)/patterns.h5"), "--output", file,
            ])
            #expect(outcome.code == 0, "\(outcome.errors)")
            return try String(contentsOfFile: file, encoding: .utf8)
        }
        #expect(csv[0] == csv[1])
    }

    /// Killed at twenty moments, at each of which every file opens, a run ends where an unbroken one does.
    @Test func killedAtAnyMomentItEndsTheSame() throws {
        let flags = [
            "--lora-rank", "2", "--lora-dropout", "0.1", "--max-steps", "600", "--batch-size", "4",
            "--checkpoint-every",
            "5",
        ]
        #expect(try train("whole", flags).code == 0)
        var arguments =
            [
                "train", "--model", model, "--data", folder.file("data.jsonl"), "--output",
                folder.file("broken"),
            ] + flags
        for kill in 0..<20 {
            let process = Process()
            process.executableURL = URL(filePath: Tool.path)
            process.arguments = arguments + ["--quiet"]
            process.standardError = FileHandle.nullDevice
            try process.run()
            Thread.sleep(forTimeInterval: 0.001 * Double(20 + 37 * kill % 160))
            _ = Glibc.kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            let patterns = folder.file("broken/patterns.h5")
            if FileManager.default.fileExists(atPath: patterns) {
                #expect(try Tool.run(["patterns", "list", patterns]).code == 0)
            }
            if FileManager.default.fileExists(atPath: folder.file("broken/run.json")) {
                arguments = ["train", "--resume", folder.file("broken")]
            }
        }
        if !FileManager.default.fileExists(atPath: folder.file("broken/final")) {
            let outcome = try Tool.run(arguments)
            #expect(outcome.code == 0, "\(outcome.errors)")
        }
        let weights = "final/adapter_model.safetensors"
        #expect(try bytes("whole/\(weights)") == bytes("broken/\(weights)"))
        #expect(try metrics("whole").map { $0["loss"] } == metrics("broken").map { $0["loss"] })
    }

    /// A run that was killed before its first checkpoint begins again.
    @Test func aRunWithoutACheckpointBeginsAgain() throws {
        let outcome = try train(
            "run", ["--lora-rank", "2", "--max-steps", "4", "--checkpoint-every", "0", "--progress", "json"])
        #expect(outcome.code == 0)
        let events = try outcome.errors.split(separator: "\n").compactMap { line in
            try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        }.filter { $0["event"] as? String == "step" }
        #expect(events.compactMap { $0["step"] as? Int } == [1, 2, 3, 4])
        #expect(events.allSatisfy { $0["seconds_left"] is Double && $0["tokens_per_second"] is Double })
        try FileManager.default.removeItem(atPath: folder.file("run/final"))
        let before = try bytes("run/metrics.jsonl")
        let resumed = try Tool.run(["train", "--resume", folder.file("run")])
        #expect(resumed.code == 0, "\(resumed.errors)")
        #expect(try metrics("run").count == 4 && !before.isEmpty)
    }

    @Test func whatCannotBeIsRefusedBeforeAnythingIsComputed() throws {
        let cases: [([String], Int32, String)] = [
            (["--lora-rank", "0"], 64, "--lora-rank"),
            (["--lora-rank", "2", "--lora-targets", "q_prok"], 65, "q_prok"),
            (["--learning-rate", "-1"], 64, "--learning-rate"),
            (["--epochs", "1", "--max-steps", "2"], 64, "--epochs"),
            (["--schedule", "step"], 64, "constant, linear, cosine"),
            (["--lora-alpha", "2"], 64, "--lora-rank"),
            (["--probe-steps", "1,x"], 64, "--probe-steps"), (["--adapter", "nowhere"], 66, "nowhere"),
        ]
        for (flags, code, word) in cases {
            let outcome = try train("refused", flags)
            #expect(
                outcome.code == code && outcome.errors.contains(word),
                "\(flags): \(outcome.code) \(outcome.errors)")
            #expect(!FileManager.default.fileExists(atPath: folder.file("refused")), "\(flags)")
        }
        let resume = try Tool.run(["train", "--resume", folder.file("nothing")])
        #expect(resume.code == 66)
    }

    /// A record of an older version has no plan, but the flags; one whose plan cannot be understood is refused.
    @Test func aRunOfAnOlderVersionGoesOn() throws {
        let flags = ["--lora-rank", "2", "--max-steps", "6", "--checkpoint-every", "3", "--seed", "3"]
        #expect(try train("whole", flags).code == 0)
        #expect(try train("run", flags).code == 0)
        try FileManager.default.removeItem(atPath: folder.file("run/final"))
        var record = try #require(
            try JSONSerialization.jsonObject(with: bytes("run/run.json")) as? [String: Any])
        #expect(record.removeValue(forKey: "plan") != nil)
        try JSONSerialization.data(withJSONObject: record).write(
            to: URL(filePath: folder.file("run/run.json")))
        let resumed = try Tool.run(["train", "--resume", folder.file("run")])
        #expect(resumed.code == 0 && resumed.errors.contains("going on after step 3"), "\(resumed.errors)")
        let weights = "final/adapter_model.safetensors"
        #expect(try bytes("whole/\(weights)") == bytes("run/\(weights)"))
        try FileManager.default.removeItem(atPath: folder.file("run/final"))
        record["arguments"] = ["--model=x", "--unknown"]
        try JSONSerialization.data(withJSONObject: record).write(
            to: URL(filePath: folder.file("run/run.json")))
        let refused = try Tool.run(["train", "--resume", folder.file("run")])
        #expect(refused.code == 65 && refused.errors.contains("its arguments"), "\(refused.errors)")
    }

    /// Data that changed since is another run.
    @Test func changedDataIsNotGoneOnWith() throws {
        #expect(try train("run", ["--lora-rank", "2", "--max-steps", "2"]).code == 0)
        try FileManager.default.removeItem(atPath: folder.file("run/final"))
        try Data("{\"prompt\": \"1\", \"completion\": \"2\"}\n".utf8).write(
            to: URL(filePath: folder.file("data.jsonl")))
        let outcome = try Tool.run(["train", "--resume", folder.file("run")])
        #expect(outcome.code == 65 && outcome.errors.contains("data.jsonl"), "\(outcome.errors)")
    }
}
