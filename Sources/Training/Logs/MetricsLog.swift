import Foundation
public import Records

/// The log of a run, `metrics.jsonl`: a line for each step, in the system's hands before the next step begins.
public final class MetricsLog {
    /// The lines that were there already and stay, steps ascending.
    public let kept: [MetricsLine]

    private let path: String
    private let handle: FileHandle

    /// Opens the log at `path`, with the lines of steps up to `step` that it has; later lines are dropped, and so is
    /// a last line that a killed process left unfinished.
    ///
    /// A new run keeps the lines up to step 0: none. What stays is rewritten under another name and renamed, so that
    /// the old log is there until the new one is.
    ///
    /// - Throws: `malformed` at a line before the last that is not a step's, or does not come after the line before it.
    public init(path: String, keepingThrough step: Int = 0) throws(RecordError) {
        self.path = path
        kept = step == 0 ? [] : try metricsLines(at: path, through: step)
        let writer = try JSONLinesWriter(path: path)
        for line in kept { try writer.write(line) }
        try writer.finish()
        handle = try appending(to: path)
    }

    /// The lines of the log at `path`; a last one that is unfinished is left out.
    public static func lines(at path: String) throws(RecordError) -> [MetricsLine] {
        try metricsLines(at: path, through: .max)
    }

    /// Adds the line of a step.
    ///
    /// - Throws: `unencodable` if a number is not finite, `unwritable` if the disk does not take it.
    public func append(_ line: MetricsLine) throws(RecordError) {
        try write(try Data((jsonLine(line) + "\n").utf8), to: handle, at: path)
    }

    /// Waits until all lines are on the disk: do so before a checkpoint that continues after them is written.
    public func synchronize() throws(RecordError) {
        do { try handle.synchronize() } catch { throw unwritable(path, error) }
    }
}

/// The lines of a log up to a step; none where there is no log.
private func metricsLines(at path: String, through last: Int) throws(RecordError) -> [MetricsLine] {
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    guard let data = FileManager.default.contents(atPath: path) else {
        throw .unreadable(path: path, reason: "it cannot be opened; check its permissions")
    }
    var lines: [MetricsLine] = []
    let pieces = data.split(separator: 0x0A)
    for (index, piece) in pieces.enumerated() {
        let line: MetricsLine
        do { line = try decode(MetricsLine.self, from: piece) } catch {
            if index == pieces.count - 1 { break }
            throw .malformed(path: path, line: index + 1, reason: error.reason)
        }
        if line.step > last { break }
        if let before = lines.last?.step, line.step <= before {
            throw .malformed(
                path: path, line: index + 1,
                reason: "expected a step after \(before), found step \(line.step); remove one of the lines")
        }
        lines.append(line)
    }
    return lines
}
