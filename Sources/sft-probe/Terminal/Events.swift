import Files
import Records
import Synchronization

/// What is said beside a command's result, as sentences or, with `--progress json`, as events: then every line of standard
/// error is a JSON object. docs/progress.md lists them.
enum Events {
    private static let json = Atomic<Bool>(false)

    /// Whether events are written in the place of sentences.
    static var areJSON: Bool { json.load(ordering: .relaxed) }

    /// Writes JSON from here on, if the arguments of the command say so: also of what is wrong with them.
    static func choose(by arguments: [String]) {
        let isSplit = zip(arguments, arguments.dropFirst()).contains { $0 == ("--progress", "json") }
        json.store(isSplit || arguments.contains("--progress=json"), ordering: .relaxed)
    }

    /// Says what was decided, which need not be shown.
    static func remark(_ line: String) {
        guard areJSON else { return standardError(line) }
        write(Sentence(event: "remark", text: line))
    }

    /// Writes an event as a line.
    static func write(_ event: some Encodable) {
        if let line = try? jsonLine(event) { StandardError.write(line.withoutControls + "\n") }
    }

    /// A sentence of the tool as an event.
    struct Sentence: Encodable {
        /// `remark`, `warning`, `skipped`, `left out`, `cut` or `error`.
        let event: String
        let text: String
        /// Of an error, the exit code.
        var code: Int32?
    }

    /// A file or folder that the command has written.
    struct Written: Encodable {
        let event = "wrote"
        let path: String
    }
}

/// Writes a sentence to standard error that must be shown. Characters that a terminal would obey are written out.
func standardError(_ line: String) {
    guard Events.areJSON else { return StandardError.write(line.withoutControls + "\n") }
    let left = ["skipped", "left out", "cut"].first { line.hasPrefix("\($0): ") }
    Events.write(Events.Sentence(event: left ?? "warning", text: line))
}

/// Says an error, with which the process will end.
func sayError(_ sentence: String, code: Int32) {
    guard Events.areJSON else {
        let isRed = Terminal.colors(of: 2) != .none
        return StandardError.write(
            (isRed ? "\u{1B}[31merror:\u{1B}[0m " : "error: ") + sentence.withoutControls + "\n")
    }
    Events.write(Events.Sentence(event: "error", text: sentence, code: code))
}
