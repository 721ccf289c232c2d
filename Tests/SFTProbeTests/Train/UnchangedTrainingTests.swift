import Foundation
import ModelHub
import TestSupport
import Testing

/// Short runs end as they did when `notebooks-data/reference/record_training.py` recorded them: bit for bit with the same
/// kernels, and nearly so with others.
@Suite struct UnchangedTrainingTests {
    struct Recorded: Decodable {
        struct Run: Decodable, Sendable {
            let name, weights, sha256: String
            let flags: [String]
            let losses, gradient_norms: [Double]
        }

        let kernels: String
        let runs: [Run]
    }

    struct Metrics: Decodable {
        let loss, grad_norm: Double
    }

    struct Record: Decodable { let kernels: String }

    static func recorded() throws -> Recorded {
        let path = repositoryPath("Tests/SFTProbeTests/Fixtures/unchanged-training.json")
        return try JSONDecoder().decode(Recorded.self, from: Data(contentsOf: URL(filePath: path)))
    }

    @Test(arguments: ["lora", "all weights"]) func endsAsRecorded(_ name: String) throws {
        let recorded = try Self.recorded()
        let run = try #require(recorded.runs.first { $0.name == name })
        let folder = try TemporaryFolder()
        let model = try Tool.tinyModel(in: folder)
        let lines = (1...10).map { #"{"prompt": "what is \#($0)+7?", "completion": " it is \#($0 + 7)."}"# }
        try lines.joined(separator: "\n").write(
            toFile: folder.file("data.jsonl"), atomically: true, encoding: .utf8)
        let outcome = try Tool.run(
            [
                "train", "--model", model, "--data", folder.file("data.jsonl"), "--output",
                folder.file("run"),
            ] + run.flags)
        #expect(outcome.code == 0, "\(outcome.errors)")
        let log = try String(contentsOfFile: folder.file("run/metrics.jsonl"), encoding: .utf8)
        let steps = try log.split(separator: "\n").map {
            try JSONDecoder().decode(Metrics.self, from: Data($0.utf8))
        }
        try #require(steps.count == run.losses.count)
        for (step, expected) in zip(steps, zip(run.losses, run.gradient_norms)) {
            #expect(abs(step.loss - expected.0) <= 1e-4 * expected.0)
            #expect(abs(step.grad_norm - expected.1) <= 1e-3 * expected.1)
        }
        let record = try JSONDecoder().decode(
            Record.self, from: Data(contentsOf: URL(filePath: folder.file("run/run.json"))))
        guard record.kernels == recorded.kernels else {
            return print("bits not compared: recorded with \(recorded.kernels), here \(record.kernels)")
        }
        #expect(steps.map(\.loss) == run.losses && steps.map(\.grad_norm) == run.gradient_norms)
        #expect(try sha256(ofFile: folder.file("run/final/\(run.weights)")) == run.sha256)
    }
}
