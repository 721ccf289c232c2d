import Foundation

/// What the terminal that a stream goes to can show.
enum Terminal {
    /// Which colours a terminal has.
    enum Colors {
        case none, palette, all
    }

    /// Whether tables may be wider than the window: what `--wide` asks for.
    @TaskLocal static var isWide = false

    /// The cells of a line of the window; nil where a stream goes elsewhere.
    static func width(of descriptor: Int32) -> Int? {
        guard isatty(descriptor) == 1 else { return nil }
        var window = winsize()
        let known = unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &window) == 0 && window.ws_col > 0
        return known ? Int(window.ws_col) : 80
    }

    /// Whether a stream goes to a terminal that can write a line anew.
    static func redraws(_ descriptor: Int32) -> Bool {
        isatty(descriptor) == 1 && !["dumb", ""].contains(environment("TERM"))
    }

    /// The colours of a stream: none outside of a terminal, and where `NO_COLOR` is set (no-color.org).
    static func colors(of descriptor: Int32) -> Colors {
        guard redraws(descriptor), environment("NO_COLOR").isEmpty else { return .none }
        return ["truecolor", "24bit"].contains(environment("COLORTERM")) ? .all : .palette
    }

    private static func environment(_ name: String) -> String {
        ProcessInfo.processInfo.environment[name] ?? ""
    }
}
