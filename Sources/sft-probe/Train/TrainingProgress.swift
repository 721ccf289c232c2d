import Foundation
import Records
import Runs
import Training

/// Reports progress of training on standard error: an updated line on a terminal, a line every few seconds
/// elsewhere, or JSON lines.
final class TrainingProgress {
    private let steps: Int
    private let first: Int
    private let options: RunOptions
    private let isTerminal = isatty(2) == 1
    private let start = Date()
    private var lastLine = Date.distantPast
    private var tokens = 0

    /// Progress to `steps` from the step after `done`.
    init(steps: Int, done: Int, _ options: RunOptions) {
        (self.steps, first, self.options) = (steps, done, options)
    }

    private struct Event: Encodable {
        let event = "step"
        let step: Int
        let steps: Int
        let loss: Float
        let grad_norm: Float
        let learning_rate: Double
        let tokens_per_second: Double
        let seconds_left: Double
    }

    /// Counts a step.
    func advance(_ line: MetricsLine) {
        tokens += line.tokens
        guard !options.quiet else { return }
        let seconds = Date().timeIntervalSince(start)
        let rate = Double(tokens) / max(seconds, 1e-9)
        let left = seconds / Double(line.step - first) * Double(steps - line.step)
        if options.progress == .json {
            let event = Event(
                step: line.step, steps: steps, loss: line.loss, grad_norm: line.gradNorm,
                learning_rate: line.learningRate, tokens_per_second: rate, seconds_left: left)
            if let text = try? jsonLine(event) { standardError(text) }
            return
        }
        guard isTerminal || line.step == steps || Date().timeIntervalSince(lastLine) > 5 else { return }
        lastLine = Date()
        let time = left >= 60 ? "\(Int((left / 60).rounded())) min left" : "\(Int(left.rounded())) s left"
        let text =
            "step \(line.step)/\(steps), loss \(String(format: "%.4f", line.loss)), gradient "
            + "\(String(format: "%.3g", line.gradNorm)), \(Int(rate)) tokens/s, \(time)"
        StandardError.write(isTerminal ? "\r\(text)   " : text + "\n")
    }

    /// Ends the report.
    func finish(seconds: Double) {
        guard !options.quiet, options.progress == .auto else { return }
        if isTerminal { StandardError.write("\n") }
        let memory = peakMemory().map { ", peak memory \(readable(bytes: $0))" } ?? ""
        standardError("trained \(steps - first) steps in \(String(format: "%.1f", seconds)) s\(memory)")
    }
}
