/// Rows of text under named columns, for a terminal, Markdown, CSV or HTML.
public struct Table: Sendable, Equatable {
    /// A column's name and side.
    public struct Column: Sendable, Equatable {
        /// What stands above the column.
        public let name: String
        /// Whether the column holds numbers, which stand on the right.
        public let isNumeric: Bool

        /// A column of text, on the left.
        public static func text(_ name: String) -> Column { Column(name: name, isNumeric: false) }
        /// A column of numbers, on the right.
        public static func number(_ name: String) -> Column { Column(name: name, isNumeric: true) }
    }

    /// The columns, from the left.
    public let columns: [Column]
    /// The rows, from the top; each has a text for every column.
    public private(set) var rows: [[String]] = []

    /// A table without rows.
    public init(_ columns: [Column]) { self.columns = columns }

    /// Adds a row below the others.
    public mutating func add(_ row: [String]) {
        precondition(row.count == columns.count, "\(row.count) texts for \(columns.count) columns: \(row)")
        rows.append(row)
    }
}

extension Table {
    /// A GitHub-flavoured Markdown table; ends with a line break.
    public var markdown: String {
        let cells = ([columns.map(\.name)] + rows).map { row in
            row.map { singleLine($0).replacing("\\", with: "\\\\").replacing("|", with: "\\|") }
        }
        let rule = columns.map { $0.isNumeric ? "---:" : "---" }
        let lines = [cells[0], rule] + cells.dropFirst()
        return lines.map { "| " + $0.joined(separator: " | ") + " |\n" }.joined()
    }

    /// Comma-separated values with a header (RFC 4180); ends with a line break.
    public var csv: String {
        ([columns.map(\.name)] + rows).map { row in
            row.map { cell in
                let needsQuotes = cell.unicodeScalars.contains { ",\"\r\n".unicodeScalars.contains($0) }
                return needsQuotes ? "\"" + cell.replacing("\"", with: "\"\"") + "\"" : cell
            }.joined(separator: ",") + "\r\n"
        }.joined()
    }
}

/// A text without line breaks and other control characters, which a name from a stranger may hold.
func singleLine(_ text: String) -> String {
    String(
        String.UnicodeScalarView(
            text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
}

/// The cells that a terminal gives a text: two for the wide characters of East Asian scripts and pictures.
func displayWidth(_ text: some StringProtocol) -> Int {
    text.reduce(0) { width, character in
        guard let first = character.unicodeScalars.first else { return width }
        let isWide =
            switch first.value {
            case 0x1100...0x115f, 0x2e80...0x303e, 0x3041...0xa4cf, 0xac00...0xd7a3, 0xf900...0xfaff,
                0xfe30...0xfe6f, 0xff00...0xff60, 0xffe0...0xffe6, 0x1f300...0x1faff, 0x20000...0x3fffd:
                true
            default: false
            }
        return width + (isWide ? 2 : 1)
    }
}
