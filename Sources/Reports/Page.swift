/// A part of a page. Text is shown literally, whatever it holds; in paragraphs, notes and points, what stands between
/// a pair of backticks is set as code.
public indirect enum PageBlock: Sendable {
    /// A heading: level 2 for a section, 3 below it.
    case heading(String, level: Int)
    /// A paragraph.
    case paragraph(String)
    /// A remark that must not be missed.
    case note(String)
    /// Points, one below the other.
    case list([String])
    /// Words with their explanations or values.
    case definitions([(term: String, text: String)])
    /// A table and what it shows.
    case table(Table, caption: String)
    /// Text whose spaces and line breaks stand as they are.
    case preformatted(String)
    /// A picture of heads.
    case map(HeatMap)
    /// Lines over a common axis.
    case chart(LineChart)
    /// Named points in a plane.
    case plot(PointPlot)
    /// Blocks beside each other, as far as there is room.
    case row([PageBlock])
    /// Blocks that open at a click; printed they stay closed.
    case details(summary: String, [PageBlock])
    /// Blocks that a server replaces under this name while the page is open.
    case live(id: String, [PageBlock])
}

/// One HTML page that needs nothing else: no font, no network, no other file. Its script adds tips, search, sorting and a
/// slider over checkpoints; without it all numbers are there.
///
/// A page with live blocks also listens to its own server, at the path `events`, for what has changed.
public struct Page: Sendable {
    /// The title.
    public let title: String
    /// A line below the title.
    public let subtitle: String
    /// What the page shows first, before its contents.
    public let opening: [PageBlock]
    /// What the page shows then.
    public let blocks: [PageBlock]
    /// What its script shows of heads.
    public let data: [HeadData]

    /// Holds what the page shows.
    public init(
        title: String, subtitle: String, opening: [PageBlock] = [], blocks: [PageBlock], data: [HeadData] = []
    ) {
        (self.title, self.subtitle) = (title, subtitle)
        (self.opening, self.blocks, self.data) = (opening, blocks, data)
    }

    private var isLive: Bool { blocks.contains { if case .live = $0 { true } else { false } } }
    private var script: String { isLive ? pageScript + "\n" + scriptLive : pageScript }

    /// What its security policy, also that of the server, allows: its own script, no request, and where it is live one to
    /// its own server.
    public var policy: String {
        "default-src 'none'; style-src 'unsafe-inline'; img-src data: blob:; script-src 'sha256-\(base64SHA256(of: script))'"
            + (isLive ? "; connect-src 'self'" : "")
    }

    /// What changes while a live page is open: the content of each live block, and under `heads` the data of the script.
    public var updates: [String: String] {
        var updates = ["heads": scriptData(data)]
        for case .live(let id, let blocks) in blocks { updates[id] = content(blocks) }
        return updates
    }

    /// The page as UTF-8 text.
    public var html: String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="\(policy)">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>\(escaped(title))</title>\(isLive ? liveHead : "")
        <style>
        \(pageStyle)
        </style>
        </head>
        <body>
        <header>
        <h1>\(escaped(title))</h1>
        <p>\(escaped(subtitle))</p>
        </header>
        <main>
        \(content(opening))
        \(contents)
        \(content(blocks))
        </main>
        <script type="application/json" id="heads">\(scriptData(data))</script>
        <script>\(script)</script>
        </body>
        </html>

        """
    }
}

extension Page {
    /// Links to the sections.
    private var contents: String {
        let links = blocks.compactMap { block -> String? in
            guard case .heading(let text, level: 2) = block else { return nil }
            return "<li><a href=\"#\(anchor(text))\">\(escaped(text))</a></li>"
        }
        return links.count < 3
            ? "" : "<nav aria-label=\"Contents\"><ul>\n\(links.joined(separator: "\n"))\n</ul></nav>"
    }
}

/// Of a live page: no request for an icon, and where no script runs, a new look from time to time.
private let liveHead =
    "\n<link rel=\"icon\" href=\"data:,\">\n<noscript><meta http-equiv=\"refresh\" content=\"10\"></noscript>"

private func content(_ blocks: [PageBlock]) -> String { blocks.map(\.html).joined(separator: "\n") }

/// A heading as the name of its place.
private func anchor(_ text: String) -> String {
    let words = text.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    return "s-" + words.joined(separator: "-")
}

extension PageBlock {
    var html: String {
        switch self {
        case .heading(let text, let level):
            level == 2
                ? "<h2 id=\"\(anchor(text))\">\(escaped(text))</h2>"
                : "<h\(level)>\(escaped(text))</h\(level)>"
        case .paragraph(let text): "<p>\(withCode(text))</p>"
        case .note(let text): "<p class=\"note\">\(withCode(text))</p>"
        case .list(let points): "<ul>\n\(points.map { "<li>\(withCode($0))</li>\n" }.joined())</ul>"
        case .definitions(let pairs):
            "<dl>\n\(pairs.map { "<dt>\(escaped($0.term))</dt><dd>\(escaped($0.text))</dd>\n" }.joined())</dl>"
        case .table(let table, let caption): table.html(caption: caption)
        case .preformatted(let text): "<pre>\(escaped(text))</pre>"
        case .map(let map): "<figure>\n\(map.svg)\n</figure>"
        case .chart(let chart): "<figure>\n\(chart.svg)\n</figure>"
        case .plot(let plot): "<figure>\n\(plot.svg)\n</figure>"
        case .row(let blocks): "<div class=\"row\">\n\(content(blocks))\n</div>"
        case .details(let summary, let blocks):
            "<details><summary>\(escaped(summary))</summary>\n\(content(blocks))\n</details>"
        case .live(let id, let blocks): "<section id=\"\(escaped(id))\">\n\(content(blocks))\n</section>"
        }
    }
}

/// A text with what stands between backticks as code.
private func withCode(_ text: String) -> String {
    let parts = text.split(separator: "`", omittingEmptySubsequences: false).map { escaped(String($0)) }
    guard parts.count % 2 == 1 else { return escaped(text) }
    return parts.enumerated().map { $0.offset % 2 == 1 ? "<code>\($0.element)</code>" : $0.element }.joined()
}
