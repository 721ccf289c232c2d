import Evaluation
import Foundation
import HeadActivation
import Kernels
import Records
import Runs
import TestSupport
import Testing
import Training

@Suite struct RunRecordTests {
    static let plan = {
        var plan = TrainingPlan(
            model: "models/tiny", data: "data.jsonl", output: "run",
            lora: LoRAPlan(rank: 4, targets: ["q_proj", "v_proj"]), learningRate: 1e-4,
            computing: { Computing(threads: 2, workers: 1, precision: .bf16, seed: 7, packTokens: $0) })
        plan.schedule = .cosine
        plan.probe.steps = [3, 5]
        plan.evaluation.extract = .lastNumber
        return plan
    }()

    static let record = RunRecord(
        of: Provenance(
            model: "models/tiny", modelSHA256: "ab", data: "data.jsonl", dataSHA256: "cd", method: "gate",
            reduction: "example-mean", precision: "fp32", seed: 7, toolVersion: "0.1.0",
            created: "2026-01-01T00:00:00Z"),
        counts: .init(
            examples: 20, leftOut: 1, tokens: 300, supervisedTokens: 120, trainedWeights: 4,
            trainedParameters: 640,
            parameters: 9_640),
        settings: .init(
            learningRate: 1e-4, schedule: "cosine", warmupSteps: 2, weightDecay: 0.1, batchSize: 4, epochs: 2,
            maxSteps: 10, order: "shuffled", clipNorm: 1,
            lora: .init(rank: 4, alpha: 8, targets: ["q_proj", "v_proj"], dropout: 0),
            recompute: false, packTokens: 512, probeEvery: 5,
            checkpointEvery: 0), threads: 2, kernels: "ZEN", plan: plan)

    @Test func isReadAsItWasWritten() throws {
        let folder = try TemporaryFolder()
        try Self.record.write(to: folder.file("run.json"))
        #expect(try RunRecord(path: folder.file("run.json")) == Self.record)
    }

    @Test func keysAreTheOnesOfMeasurementsAndFlags() throws {
        let folder = try TemporaryFolder()
        try Self.record.write(to: folder.file("run.json"))
        let data = try Data(contentsOf: URL(filePath: folder.file("run.json")))
        let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(
            object.keys.sorted() == [
                "arguments", "counts", "created", "data", "data_sha256", "kernels", "model", "model_sha256",
                "plan", "precision", "seed", "settings", "threads", "tool_version",
            ])
        let settings = try #require(object["settings"] as? [String: Any])
        #expect(
            settings.keys.sorted() == [
                "batch_size", "checkpoint_every", "clip_norm", "epochs", "learning_rate", "lora", "max_steps",
                "order", "pack_tokens", "probe_every", "recompute", "schedule", "warmup_steps",
                "weight_decay",
            ])
    }

    /// Records of older versions have no plan.
    @Test func aRecordWithoutAPlanIsRead() throws {
        let folder = try TemporaryFolder()
        var older = Self.record
        older.plan = nil
        try older.write(to: folder.file("run.json"))
        let read = try RunRecord(path: folder.file("run.json"))
        #expect(read == older && read.arguments.contains("--lora-rank=4"))
    }

    @Test(arguments: ["", "{}", "[1]", #"{"model": 1}"#, #"{"model"#]) func whatIsNoRecordIsSaid(
        text: String
    ) throws {
        let folder = try TemporaryFolder()
        try Data(text.utf8).write(to: URL(filePath: folder.file("run.json")))
        let error = #expect(throws: RecordError.self) { try RunRecord(path: folder.file("run.json")) }
        guard case .malformed = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}
