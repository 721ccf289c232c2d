import Testing

@testable import Reports

@Suite struct PageTests {
    let evil = "<script>alert('x')</script>\"&"

    @Test func showsStrangersNamesLiterally() {
        var table = Table([.text(evil)])
        table.add([evil])
        let map = HeatMap(
            title: evil, layers: 1, heads: 1, values: [1], scale: .amounts([1]),
            legend: evil)
        let blocks: [PageBlock] = [
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

    @Test func aLivePageAsksItsOwnServerAlone() {
        let page = Page(
            title: "t", subtitle: "s",
            blocks: [.live(id: "a", [.paragraph("<one>")]), .paragraph("still"), .live(id: "b", [])])
        #expect(page.updates == ["heads": "[]", "a": "<p>&lt;one&gt;</p>", "b": ""])
        #expect(page.html.contains("<section id=\"a\">\n<p>&lt;one&gt;</p>\n</section>"))
        #expect(page.policy.hasSuffix("; connect-src 'self'") && page.html.contains("EventSource"))
        let still = Page(title: "t", subtitle: "s", blocks: [])
        #expect(!still.policy.contains("connect-src") && !still.html.contains("EventSource"))
        #expect(page.policy != still.policy && page.html.contains("content=\"\(page.policy)\""))
    }

    @Test func aMapIsAPictureOfSquares() {
        let (png, width, height) = ColorScale.amounts([1]).image(
            [0, 1, 0.5, .nan, 1, 0], layers: 2, heads: 3)
        #expect(width == 126 && height == 84)
        #expect(png.starts(with: [0x89, 0x50, 0x4e, 0x47]) && png.count > width * height)
        let picture = Picture(width: 2, height: 1, pixels: [1, 2], palette: [0, 1]).enlarged(2)
        #expect(picture.pixels == [1, 1, 2, 2, 1, 1, 2, 2] && picture.width == 4 && picture.height == 2)
    }
}
