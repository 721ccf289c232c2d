import Evaluation
import Foundation
import Records
package import Statistics

/// An evaluation of a run: a line of `evaluations.jsonl`.
package struct HeldOutLine: Codable {
    package let step: Int
    /// −log p of the right answers' tokens, in nats: the mean over examples of each one's mean.
    package let loss: Double
    package let loss_standard_error: Double
    /// The share of right answers, with its 95 % interval after Wilson; none where only the loss is watched.
    package let accuracy: Double?
    package let accuracy_low: Double?
    package let accuracy_high: Double?
    package let examples: Int
    /// Of pairs, the mean of log π(c) − log π(r), in nats; none of other examples.
    package let margin: Double?
    /// The loss of each example; none in files of older versions.
    package let losses: [Double]?

    init(
        step: Int, _ loss: Mean, _ correct: Proportion?, losses: [Double], margin: Double? = nil
    ) {
        (self.step, self.margin) = (step, margin)
        self.loss = loss.value
        loss_standard_error = losses.count > 1 ? loss.standardError : 0
        accuracy = correct?.share
        accuracy_low = correct?.interval.lowerBound
        accuracy_high = correct?.interval.upperBound
        (self.losses, examples) = (losses, losses.count)
    }

    /// What a line of metrics says of it.
    package var numbers: [String: Double] {
        ["loss": loss, "accuracy": accuracy, "margin": margin].compactMapValues(\.self)
    }

    /// What a person reads.
    package var text: String {
        let right =
            accuracy.map {
                String(
                    format: ", right %.1f %% [%.1f, %.1f]", 100 * $0, 100 * (accuracy_low ?? 0),
                    100 * (accuracy_high ?? 1))
            } ?? ""
        let margin = margin.map { String(format: ", margin %.3f nats", $0) } ?? ""
        return "step \(step): held-out loss "
            + String(format: "%.4f ± %.4f", loss, loss_standard_error)
            + " nats\(right)\(margin), \(examples) \(self.margin == nil ? "examples" : "pairs")"
    }
}

/// How the held-out losses changed, example by example; nil where they were not kept or not taken twice.
package func heldOutChange(_ evaluations: [HeldOutLine]) -> PairedChange? {
    guard let first = evaluations.first, let last = evaluations.last, first.step < last.step,
        let before = first.losses, let after = last.losses, before.count == after.count, !before.isEmpty
    else { return nil }
    return PairedChange(before: before, after: after)
}

/// `evaluations.jsonl`: what was found of held-out examples, step by step.
package struct EvaluationLog {
    package let path: String
    /// The lines so far.
    package private(set) var lines: [HeldOutLine]

    /// Opens the log with its lines up to a step; none up to step 0.
    init(path: String, keepingThrough step: Int) throws {
        self.path = path
        lines = step == 0 ? [] : try Self.lines(at: path, through: step)
        try write()
    }

    /// The lines of a log up to a step; none where there is no log.
    package static func lines(at path: String, through step: Int) throws -> [HeldOutLine] {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return [] }
        return try text.split(separator: "\n").enumerated().map { number, line in
            guard let found = try? JSONDecoder().decode(HeldOutLine.self, from: Data(line.utf8)) else {
                throw RecordError.malformed(
                    path: path, line: number + 1,
                    reason: "it is not an evaluation as train writes it; remove it")
            }
            return found
        }.filter { $0.step <= step }
    }

    /// Adds a line; there are few, so the file is written as a whole.
    package mutating func add(_ line: HeldOutLine?) throws {
        guard let line else { return }
        lines.append(line)
        try write()
    }

    private func write() throws {
        guard !lines.isEmpty else { return }
        let writer = try JSONLinesWriter(path: path)
        for line in lines { try writer.write(line) }
        try writer.finish()
    }
}
