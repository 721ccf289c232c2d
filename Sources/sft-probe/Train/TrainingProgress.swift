import Foundation
import Records
import Reports
import Runs
import Synchronization
import Training

/// Reports progress of training on standard error: a line that is written anew on a terminal, a line every few seconds
/// elsewhere, or events.
final class TrainingProgress: Sendable {
    private struct State {
        var text: String
        var tokens = 0
        var lastLine = Date.distantPast
    }

    private let steps: Int
    private let first: Int
    private let isQuiet: Bool
    private let style: ProgressStyle
    private let start = Date()
    private let state: Mutex<State>
    private let line = Mutex<Int?>(nil)

    /// Progress to `steps` from the step after `done`.
    init(steps: Int, done: Int, _ options: RunOptions) {
        (self.steps, first) = (steps, done)
        (isQuiet, style) = (options.quiet, options.progress)
        state = Mutex(State(text: "step \(done)/\(steps)"))
        if !isQuiet, style == .auto, Terminal.redraws(2) {
            let id = StatusLine.begin { [self] width in
                let text = state.withLock(\.text)
                return shortened("\(duration(Date().timeIntervalSince(start))): \(text)", to: width)
            }
            line.withLock { $0 = id }
        }
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
    func advance(_ metrics: MetricsLine) {
        let seconds = Date().timeIntervalSince(start)
        let left = seconds / Double(metrics.step - first) * Double(steps - metrics.step)
        let tokens = state.withLock { state in
            state.tokens += metrics.tokens
            return state.tokens
        }
        guard !isQuiet else { return }
        let rate = Double(tokens) / max(seconds, 1e-9)
        if style == .json {
            return Events.write(
                Event(
                    step: metrics.step, steps: steps, loss: metrics.loss, grad_norm: metrics.gradNorm,
                    learning_rate: metrics.learningRate, tokens_per_second: rate, seconds_left: left))
        }
        let text =
            "step \(metrics.step)/\(steps), loss \(String(format: "%.4f", metrics.loss)), gradient "
            + "\(String(format: "%.3g", metrics.gradNorm)), \(Int(rate)) tokens/s, \(duration(left)) left"
        let isDue = state.withLock { state in
            state.text = text
            guard metrics.step == steps || Date().timeIntervalSince(state.lastLine) > 5 else { return false }
            state.lastLine = Date()
            return true
        }
        if isDue, line.withLock({ $0 == nil }) { standardError(text) }
    }

    /// Ends the report.
    func finish(seconds: Double) {
        if let id = line.withLock({ $0 }) { StatusLine.end(id) }
        guard !isQuiet, style == .auto else { return }
        let last = state.withLock(\.text)
        if line.withLock({ $0 != nil }) { standardError(last) }
        let memory = peakMemory().map { ", peak memory \(readable(bytes: $0))" } ?? ""
        standardError("trained \(steps - first) steps in \(String(format: "%.1f", seconds)) s\(memory)")
    }
}
