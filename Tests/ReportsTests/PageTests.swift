import Reports
import Testing

@Suite struct PageTests {
    let evil = "<script>alert('x')</script>\"&"

    @Test func showsStrangersNamesLiterally() {
        var table = Table([.text(evil)])
        table.add([evil])
        let map = HeatMap(
            title: evil, layers: 1, heads: 1, values: [1], scale: .amounts([1]),
            legend: evil)
        let blocks: [Block] = [
            .heading(evil, level: 2), .paragraph(evil), .note(evil), .list([evil]),
            .definitions([(term: evil, text: evil)]), .table(table, caption: evil), .map(map),
            .row([.paragraph(evil)]), .details(summary: evil, [.paragraph("`\(evil)`")]),
        ]
        let state = HeadData.State(name: evil, share: [1], total: 1, signed: [1], error: [.nan])
        let data = HeadData(
            task: evil, layers: 1, heads: 1, states: [state], change: nil,
            examples: [.init(id: evil, text: evil)])
        let html = Page(title: evil, subtitle: evil, blocks: blocks, data: [data]).html
        #expect(html.matches(of: /<script/).count == 2 && html.matches(of: /<\/script/).count == 2)
        let shown = html.matches(of: /&lt;script&gt;alert\(&#39;x&#39;\)&lt;\/script&gt;&quot;&amp;/).count
        #expect(shown == 19)
    }

    @Test func setsCodeBetweenBackticks() {
        func paragraph(_ text: String) -> Bool {
            Page(title: "t", subtitle: "", blocks: [.paragraph("run `a < b` now")]).html.contains(text)
        }
        #expect(paragraph("<p>run <code>a &lt; b</code> now</p>"))
        let odd = Page(title: "t", subtitle: "", blocks: [.paragraph("a ` b")]).html
        #expect(odd.contains("<p>a ` b</p>"))
    }

    @Test func needsNothingElse() {
        let html = Page(title: "t", subtitle: "s", blocks: []).html
        for word in ["http:", "https:", "src=", "href=", "@import", "url("] { #expect(!html.contains(word)) }
        #expect(html.contains("default-src 'none'"))
        #expect(html.hasPrefix("<!doctype html>\n<html lang=\"en\">"))
    }
}
