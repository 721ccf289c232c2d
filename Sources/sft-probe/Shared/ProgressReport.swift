import Files
import Foundation
import Records
import Runs

/// Tells on standard error how far a run is: a bar on a terminal, a line every few seconds elsewhere, or JSON lines.
final class ProgressReport {
    private let style: ProgressStyle
    private let isQuiet: Bool
    private let isTerminal = isatty(2) == 1
    private let what: String
    private let total: Int
    private let start = Date()
    private var lastLine = Date.distantPast
    private(set) var done = 0
    private(set) var tokens = 0
    private(set) var firstResultSeconds: Double?

    /// A report on `total` examples; `what` names the work.
    init(_ what: String, total: Int, _ options: RunOptions) {
        (self.what, self.total, style, isQuiet) = (what, total, options.progress, options.quiet)
    }

    /// Seconds since the start.
    var seconds: Double { Date().timeIntervalSince(start) }

    /// Counts finished examples.
    func advance(examples: Int, tokens more: Int) {
        done += examples
        tokens += more
        if firstResultSeconds == nil { firstResultSeconds = Date().timeIntervalSince(processStart) }
        guard !isQuiet else { return }
        switch style {
        case .json: say(event: "progress")
        case .auto where isTerminal: drawBar()
        case .auto: drawLine()
        }
    }

    /// Ends the report: with a line break after a bar, or with the last event.
    func finish(supervisedTokens: Int? = nil) {
        guard !isQuiet else { return }
        if style == .json { return say(event: "done", supervisedTokens: supervisedTokens) }
        if isTerminal { StandardError.write("\n") }
        let memory = peakMemory().map { ", peak memory \(readable(bytes: $0))" } ?? ""
        let first = firstResultSeconds.map { String(format: ", first result after %.2f s", $0) } ?? ""
        let work = tokens > 0 ? "\(done) examples, \(tokens) tokens" : "\(done)"
        let time = String(format: "%.1f", seconds)
        let speed = tokens > 0 ? " (\(tokensPerSecond) tokens/s)\(first)" : ""
        standardError("\(what): \(work) in \(time) s\(speed)\(memory)")
    }

    private var tokensPerSecond: Int { Int(Double(tokens) / max(seconds, 1e-9)) }

    /// The speed, where tokens are counted.
    private var speed: String { tokens > 0 ? ", \(tokensPerSecond) tokens/s" : "" }

    private var timeLeft: String {
        let left = done > 0 ? seconds / Double(done) * Double(total - done) : 0
        return left >= 60 ? String(format: "%.0f min left", left / 60) : String(format: "%.0f s left", left)
    }

    private func drawBar() {
        let width = 30
        let filled = total > 0 ? width * done / total : width
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
        StandardError.write("\r\(what.withoutControls) \(bar) \(done)/\(total)\(speed), \(timeLeft)   ")
    }

    private func drawLine() {
        guard Date().timeIntervalSince(lastLine) > 5 else { return }
        lastLine = Date()
        standardError("\(what): \(done)/\(total)\(speed), \(timeLeft)")
    }

    private struct Event: Encodable {
        let event: String
        let task: String
        let examples: Int
        let total: Int
        let tokens: Int
        let supervised_tokens: Int?
        let seconds: Double
        let first_score_seconds: Double?
        let peak_memory_bytes: Int?
    }

    private func say(event: String, supervisedTokens: Int? = nil) {
        let record = Event(
            event: event, task: what, examples: done, total: total, tokens: tokens,
            supervised_tokens: supervisedTokens, seconds: seconds, first_score_seconds: firstResultSeconds,
            peak_memory_bytes: peakMemory())
        if let line = try? jsonLine(record) { standardError(line) }
    }
}
