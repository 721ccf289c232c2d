import Foundation
import HeadActivation
import Records
import Reports
import Runs
import TestSupport
import Testing
import Training

@testable import LiveReport

@Suite struct LivePageTests {
    /// A folder that looks like a run's: a copy of a recorded one, with some steps.
    struct Run {
        let folder: TemporaryFolder
        var path: String { folder.file("run") }

        init() throws {
            folder = try TemporaryFolder()
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            try record.write(toFile: "\(path)/run.json", atomically: true, encoding: .utf8)
        }

        func log(_ steps: ClosedRange<Int>) throws {
            let lines = steps.map {
                #"{"step":\#($0),"loss":\#(2.0 / Double($0)),"grad_norm":1,"learning_rate":0.001,"tokens":50,"seconds":0.5}"#
            }
            try (lines.joined(separator: "\n") + "\n").write(
                toFile: "\(path)/metrics.jsonl", atomically: true, encoding: .utf8)
        }

        func heads(_ steps: ClosedRange<Int>) throws {
            var telemetry = Telemetry(layers: 2, heads: 3)
            for step in steps {
                for example in 0..<2 {
                    telemetry.add(
                        step: step, id: "e\(example)", loss: 1,
                        signed: (0..<6).map { Float($0 + step + example) })
                }
            }
            try PatternFile("\(path)/patterns.h5").write(telemetry, task: "sums")
        }

        func evaluated(_ text: String) throws {
            try text.write(toFile: "\(path)/evaluations.jsonl", atomically: true, encoding: .utf8)
        }
    }

    private func updates(_ run: Run) throws -> [String: String] {
        livePage(of: try LiveSource(at: run.path)).updates
    }

    @Test func followsARun() throws {
        let run = try Run()
        var seen = try updates(run)
        #expect(Set(seen.keys) == ["heads", "progress", "curves", "steps", "checkpoints"])
        #expect(seen["progress"]?.contains("stopped after step 0 of 40") == true, "\(seen)")
        #expect(seen["curves"] == "" && seen["steps"] == "" && seen["heads"] == "[]")
        try run.log(1...12)
        try run.heads(1...12)
        try run.evaluated(
            #"{"step":0,"loss":2.5,"loss_standard_error":0.1,"examples":2,"losses":[2.4,2.6]}"# + "\n"
                + #"{"step":10,"loss":1.5,"loss_standard_error":0.1,"examples":2,"losses":[1.4,1.6]}"# + "\n")
        seen = try updates(run)
        #expect(seen["progress"]?.contains("stopped after step 12 of 40") == true)
        #expect(seen["progress"]?.contains("step 10: held-out loss 1.5000") == true)
        for words in ["Loss, nats a token", "held out, ± standard error", "Learning rate"] {
            #expect(seen["curves"]?.contains(words) == true, "\(words)")
        }
        #expect(seen["steps"]?.contains(#"data-state="step 12""#) == true)
        #expect(seen["heads"]?.contains(#""name":"step 1","#) == true)
        try FileManager.default.createDirectory(
            atPath: "\(run.path)/final", withIntermediateDirectories: true)
        #expect(try updates(run)["progress"]?.contains("This run is finished: 12 steps") == true)
    }

    @Test func saysHowLongIsLeft() throws {
        let run = try Run()
        try run.log(1...12)
        let record = try RunRecord(path: "\(run.path)/run.json")
        let lines = try MetricsLog.lines(at: "\(run.path)/metrics.jsonl")
        let progress = RunProgress(folder: run.path, record, lines, isActive: true)
        #expect(progress.state == .running && progress.tokensPerSecond == 100)
        #expect(
            progress.sentence(folder: "r")
                == "Step 12 of 40, 100 tokens a second, 14 s left (without evaluations).")
        let begun = RunProgress(folder: run.path, record, [], isActive: true)
        #expect(begun.sentence(folder: "r") == "This run has begun; its first step of 40 is not taken yet.")
        #expect([5, 600, 7300].map { duration($0) } == ["5 s", "10 min", "2 h 1 min"])
    }

    @Test func saysWhatCannotBeRead() throws {
        let run = try Run()
        try run.log(1...3)
        try run.heads(1...3)
        let file = "\(run.path)/patterns.h5"
        let whole = try Data(contentsOf: URL(filePath: file))
        try whole.prefix(whole.count / 2).write(to: URL(filePath: file))
        try run.evaluated("{\"step\":")
        let seen = try updates(run)
        #expect(
            seen["steps"]?.contains("Not to be shown now: \(escaped(file))") == true, "\(seen["steps"] ?? "")"
        )
        #expect(seen["progress"]?.contains("evaluations.jsonl") == true, "\(seen["progress"] ?? "")")
        // A line that the trainer is about to finish is left out.
        try FileManager.default.removeItem(atPath: "\(run.path)/evaluations.jsonl")
        let handle = try FileHandle(forWritingTo: URL(filePath: "\(run.path)/metrics.jsonl"))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(#"{"step":4,"lo"#.utf8))
        try handle.close()
        #expect(try updates(run)["progress"]?.contains("step 3 of 40") == true)
        try whole.write(to: URL(filePath: file))
        #expect(try updates(run)["steps"]?.contains("step 3") == true)
    }

    @Test func showsAFileOfMeasurements() throws {
        let folder = try TemporaryFolder()
        let file = PatternFile(folder.file("p.h5"))
        for (checkpoint, scores) in [("base", [1, 2, 3, 4]), ("final", [4, 3, 2, 1])] as [(String, [Float])] {
            try file.write(
                HeadMeasurement(
                    task: "sums", checkpoint: checkpoint, layers: 1, heads: 2, signed: scores, loss: [1, 2],
                    ids: ["a", "b"], tokens: [3, 3], supervisedTokens: [1, 1],
                    provenance: Provenance(
                        model: "m", modelSHA256: "0", data: "d", dataSHA256: "1", method: "gate",
                        reduction: "mean", precision: "fp32", seed: 0, toolVersion: "0", created: "now")))
        }
        let page = livePage(of: try LiveSource(at: file.path))
        let updates = page.updates
        #expect(Set(updates.keys) == ["heads", "steps", "checkpoints"])
        #expect(updates["checkpoints"]?.contains("sums: base, final") == true)
        #expect(page.policy.hasSuffix("; connect-src 'self'") && page.html.contains("connect-src"))
    }

    @Test func refusesWhatIsNoRun() throws {
        let folder = try TemporaryFolder()
        #expect(throws: RecordError.missing(path: folder.file("none"))) {
            try LiveSource(at: folder.file("none"))
        }
        #expect { try LiveSource(at: folder.file(".")) } throws: { "\($0)".contains("it has no run.json") }
    }
}

/// A record with 40 steps.
private let record = """
    {"model": "tiny", "model_sha256": "0", "data": "data.jsonl", "data_sha256": "1", "seed": 0, "threads": 1,
     "precision": "fp32", "kernels": "Haswell", "tool_version": "0", "created": "2026-01-01T00:00:00Z", "arguments": [],
     "counts": {"examples": 10, "left_out": 0, "tokens": 100, "supervised_tokens": 50, "trained_weights": 4,
                "trained_parameters": 64, "parameters": 1000},
     "settings": {"learning_rate": 0.001, "schedule": "linear", "warmup_steps": 0, "weight_decay": 0, "batch_size": 4,
                  "epochs": 1, "max_steps": 40, "order": "shuffled", "clip_norm": 1, "recompute": false, "pack_tokens": 320,
                  "probe_every": 1, "checkpoint_every": 100}}
    """
