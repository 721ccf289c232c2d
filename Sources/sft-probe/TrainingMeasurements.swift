import Examples
import Foundation
import HeadActivation
import Records
import Training
import Transformers

extension TrainingRun {
    /// Measures the heads of the model as it is now.
    func measure(checkpoint: String) async throws {
        var provenance = provenance
        if checkpoint != "base" {
            provenance.adapter =
                "\(folder)/\(checkpoint == "final" ? checkpoint : "checkpoints/\(checkpoint)")"
            provenance.adapterSHA256 = nil  // what is measured is not on the disk yet
        }
        let measurement = try await measureHeads(
            of: trainer.model, on: probed, task: task, checkpoint: checkpoint, options, from: provenance)
        try patterns.write(measurement, replacing: true)
    }

    /// The mean loss of the held-out examples' supervised tokens under the model as it is now.
    func evaluation(step: Int) async throws -> EvaluationLine? {
        guard !evaluated.isEmpty else { return nil }
        let losses = await trainer.model.tokenLosses(
            of: evaluated.map(\.sequence), packTokens: options.packTokens, workers: options.workers)
        let means = losses.map { $0.reduce(0.0) { $0 + Double($1) } / Double($0.count) }
        let tokens = losses.reduce(0) { $0 + $1.count }
        let all = losses.joined().reduce(0.0) { $0 + Double($1) } / Double(tokens)
        let mean = means.reduce(0, +) / Double(means.count)
        let variance = means.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, means.count - 1))
        let line = EvaluationLine(
            step: step, loss: all, loss_per_example: mean,
            standard_error: (variance / Double(means.count)).squareRoot(), examples: means.count)
        options.remark(
            "step \(step): held-out loss \(String(format: "%.4f", all)) nats a token; mean over "
                + "\(means.count) examples \(String(format: "%.4f ± %.4f", mean, line.standard_error))")
        return line
    }
}

/// An evaluation: a line of `evaluations.jsonl`.
struct EvaluationLine: Codable {
    let step: Int
    /// Nats for each supervised token.
    let loss: Double
    /// The mean of the examples' means, and its standard error.
    let loss_per_example: Double
    let standard_error: Double
    let examples: Int

    /// What a line of metrics says of it.
    var numbers: [String: Double] { ["loss": loss] }
}

/// `evaluations.jsonl`: what was found of held-out examples, step by step.
struct EvaluationLog {
    let path: String

    /// Opens the log with its lines up to a step; none up to step 0.
    init(path: String, keepingThrough step: Int) throws {
        self.path = path
        let text = step == 0 ? "" : (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        let kept = text.split(separator: "\n").filter { line in
            let found = try? JSONDecoder().decode(EvaluationLine.self, from: Data(line.utf8))
            return found.map { $0.step <= step } ?? false
        }
        let writer = try JSONLinesWriter(path: path)
        for line in kept {
            try writer.write(try JSONDecoder().decode(EvaluationLine.self, from: Data(line.utf8)))
        }
        try writer.finish()
    }

    /// Adds a line.
    func add(_ line: EvaluationLine?) throws {
        guard let line else { return }
        let handle = try FileHandle(forWritingTo: URL(filePath: path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data((try jsonLine(line) + "\n").utf8))
        try handle.close()
    }
}
