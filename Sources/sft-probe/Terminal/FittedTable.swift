import ArgumentParser
import Reports

/// The flag of commands that print tables.
struct TableOptions: ParsableArguments {
    @Flag(help: "Print tables in their full width; by default they fit the terminal's window.")
    var wide = false
}

/// A command that prints tables.
protocol TableCommand: ParsableCommand {
    var tables: TableOptions { get }
}

extension Table {
    /// The table as standard output shows it: in the width of the window, or in full width elsewhere and with `--wide`.
    var fitted: String {
        guard !Terminal.isWide, let width = Terminal.width(of: 1) else { return terminal }
        return terminal(width: width)
    }
}
