import Files
import Foundation
import Records
import Reports
import Runs
import Synchronization

/// Tells on standard error how far a piece of work is: a bar on a terminal, a line every few seconds elsewhere, or events.
final class ProgressReport: Sendable {
    private struct Counts {
        var done = 0, tokens = 0
        var firstResultSeconds: Double?
        var lastLine = Date.distantPast
    }

    private let style: ProgressStyle
    private let isQuiet: Bool
    private let what: String
    private let total: Int
    private let start = Date()
    private let counts = Mutex(Counts())
    private let line = Mutex<Int?>(nil)

    /// A report on `total` examples; `what` names the work.
    init(_ what: String, total: Int, _ options: RunOptions) {
        (self.what, self.total, style, isQuiet) = (what.onOneLine, total, options.progress, options.quiet)
        if !isQuiet, style == .auto, Terminal.redraws(2) {
            let id = StatusLine.begin { [self] in bar(width: $0) }
            line.withLock { $0 = id }
        }
    }

    /// Seconds since the start.
    private var seconds: Double { Date().timeIntervalSince(start) }

    /// Counts finished examples.
    func advance(examples: Int, tokens more: Int) {
        let isDue = counts.withLock { counts in
            counts.done += examples
            counts.tokens += more
            if counts.firstResultSeconds == nil {
                counts.firstResultSeconds = Date().timeIntervalSince(processStart)
            }
            guard Date().timeIntervalSince(counts.lastLine) > 5 else { return false }
            counts.lastLine = Date()
            return true
        }
        if isQuiet { return }
        if style == .json { return say(event: "progress") }
        if isDue, line.withLock({ $0 == nil }) { standardError("\(what): \(figures)") }
    }

    /// Ends the report: with a sentence in the place of a bar, or with the last event.
    func finish(supervisedTokens: Int? = nil) {
        if let id = line.withLock({ $0 }) { StatusLine.end(id) }
        guard !isQuiet else { return }
        if style == .json { return say(event: "done", supervisedTokens: supervisedTokens) }
        let counts = counts.withLock { $0 }
        let memory = peakMemory().map { ", peak memory \(readable(bytes: $0))" } ?? ""
        let first = counts.firstResultSeconds.map { String(format: ", first result after %.2f s", $0) } ?? ""
        let tokens = counts.tokens
        let work = tokens > 0 ? "\(counts.done) examples, \(tokens) tokens" : "\(counts.done)"
        let time = String(format: "%.1f", seconds)
        let speed = tokens > 0 ? " (\(tokensPerSecond(counts)) tokens/s)\(first)" : ""
        standardError("\(what): \(work) in \(time) s\(speed)\(memory)")
    }

    private func tokensPerSecond(_ counts: Counts) -> Int { Int(Double(counts.tokens) / max(seconds, 1e-9)) }

    /// How much is done, how fast, since when and for how long still.
    private var figures: String {
        let counts = counts.withLock { $0 }
        let speed = counts.tokens > 0 ? ", \(tokensPerSecond(counts)) tokens/s" : ""
        let left =
            counts.done > 0
            ? ", \(duration(seconds / Double(counts.done) * Double(total - counts.done))) left" : ""
        return "\(counts.done)/\(total)\(speed), \(duration(seconds))\(left)"
    }

    /// Name, bar and figures in a line; in a narrow window the name is shortened first, then the bar is left out.
    private func bar(width: Int) -> String {
        let figures = figures
        let room = width - figures.count - 2
        let length = min(30, room - min(what.count, 20))
        guard length >= 5 else { return shortened(figures, to: width) }
        let filled = total > 0 ? length * counts.withLock(\.done) / total : length
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: length - filled)
        return "\(shortened(what, to: room - length)) \(bar) \(figures)"
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
        let counts = counts.withLock { $0 }
        Events.write(
            Event(
                event: event, task: what, examples: counts.done, total: total, tokens: counts.tokens,
                supervised_tokens: supervisedTokens, seconds: seconds,
                first_score_seconds: counts.firstResultSeconds,
                peak_memory_bytes: peakMemory()))
    }
}

/// A time in the unit that people read.
func duration(_ seconds: Double) -> String {
    seconds >= 90 ? String(format: "%.0f min", seconds / 60) : String(format: "%.0f s", seconds)
}
