import Reports
import Testing

/// Tables in the width of a window.
@Suite struct TerminalTableTests {
    private static func table(values: Int) -> Table {
        var table = Table([.text("task"), .text("state")] + (0..<values).map { .number("value \($0)") })
        for task in ["arithmetic", "数学"] {
            table.add([task, "base"] + (0..<values).map { "\(task.count * 1000 + $0) [1.0, 2.0]" })
        }
        return table
    }

    /// The cells that a terminal gives a line: two for each of the characters of the tests that is no ASCII but the rule's.
    private static func cells(_ line: Substring) -> Int {
        line.reduce(0) { $0 + ($1.isASCII || "─…".contains($1) ? 1 : 2) }
    }

    @Test(arguments: [40, 60, 80, 120]) func aWideTableComesInParts(_ width: Int) {
        let text = Self.table(values: 9).terminal(width: width)
        let lines = text.split(separator: "\n")
        #expect(lines.allSatisfy { Self.cells($0) <= width }, "\(text)")
        for value in 0..<9 {
            #expect(text.contains("value \(value)"))
            #expect(
                text.contains("\(10_000 + value) [1.0, 2.0]") && text.contains("\(2000 + value) [1.0, 2.0]"))
        }
        // Each part says whose numbers it has.
        let parts = lines.count { $0.hasPrefix("task") }
        #expect(parts > 1 && lines.count { $0.hasPrefix("arithmet") } == parts)
    }

    @Test func aTableThatFitsStaysAsItIs() {
        let table = Self.table(values: 2)
        #expect(table.terminal(width: 80) == table.terminal)
    }

    @Test func longTextsTakeSeveralLines() {
        var table = Table([.text("what"), .text("value")])
        table.add(["path", "/a/path/without/a/space/that/is/longer/than/the/window"])
        table.add(["note", "a sentence of some words that goes on and on"])
        #expect(
            table.terminal(width: 30) == """
                what  value
                ──────────────────────────────
                path  /a/path/without/a/space/
                      that/is/longer/than/the/
                      window
                note  a sentence of some words
                      that goes on and on

                """)
    }

    @Test func aShortenedTextFits() {
        #expect(shortened("arithmetic", to: 10) == "arithmetic")
        #expect(shortened("arithmetic", to: 5) == "arit…")
        #expect(shortened("数学数学", to: 5) == "数学…")
        #expect(shortened("abc", to: 1) == "")
    }
}
