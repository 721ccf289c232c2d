import Reports
import Testing

@Suite struct TableTests {
    static func table() -> Table {
        var table = Table([.text("name"), .number("Gini")])
        table.add(["a|b", "0.5"])
        table.add(["数学, \"x\"", "10"])
        table.add(["<script>\nalert(1)</script>", "–"])
        return table
    }

    @Test func alignsForATerminal() {
        #expect(
            Self.table().terminal == """
                name                        Gini
                ────────────────────────────────
                a|b                          0.5
                数学, "x"                     10
                <script> alert(1)</script>     –

                """)
        #expect(Table([.text("alone")]).terminal == "alone\n─────\n")
    }

    @Test func keepsCellsApartInMarkdown() {
        #expect(
            Self.table().markdown == """
                | name | Gini |
                | --- | ---: |
                | a\\|b | 0.5 |
                | 数学, "x" | 10 |
                | <script> alert(1)</script> | – |

                """)
    }

    @Test func quotesCSV() {
        let expected = "name,Gini\r\na|b,0.5\r\n\"数学, \"\"x\"\"\",10\r\n\"<script>\nalert(1)</script>\",–\r\n"
        #expect(Self.table().csv == expected)
    }

    @Test func escapesHTML() {
        let html = Self.table().html(caption: "a & b")
        #expect(html.contains("<caption>a &amp; b</caption>"))
        #expect(html.contains("<th scope=\"row\">&lt;script&gt;\nalert(1)&lt;/script&gt;</th>"))
        #expect(html.contains("<th scope=\"col\" class=\"number\">Gini</th>"))
        #expect(!html.contains("<script"))
    }

    @Test func refusesARowThatDoesNotFit() async {
        await #expect(processExitsWith: .failure) {
            var table = Table([.text("name")])
            table.add(["a", "b"])
        }
    }
}
