/// A part of a page. Text is shown literally, whatever it holds; in paragraphs, notes and points, what stands between
/// a pair of backticks is set as code.
public indirect enum Block: Sendable {
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
    /// Blocks beside each other, as far as there is room.
    case row([Block])
    /// Blocks that open at a click; printed they stay closed.
    case details(summary: String, [Block])
}

/// One HTML page that needs nothing else: no font, no network, no other file. Its script adds tips, search, sorting and a
/// slider over checkpoints; without it all numbers are there.
public struct Page: Sendable {
    /// The title.
    public let title: String
    /// A line below the title.
    public let subtitle: String
    /// What the page shows first, before its contents.
    public let opening: [Block]
    /// What the page shows then.
    public let blocks: [Block]
    /// What its script shows of heads.
    public let data: [HeadData]

    /// Holds what the page shows.
    public init(
        title: String, subtitle: String, opening: [Block] = [], blocks: [Block], data: [HeadData] = []
    ) {
        (self.title, self.subtitle) = (title, subtitle)
        (self.opening, self.blocks, self.data) = (opening, blocks, data)
    }

    /// The page as UTF-8 text. Its security policy forbids every request, and every script but its own.
    public var html: String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data: blob:; \
        script-src 'sha256-\(base64SHA256(of: pageScript))'">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>\(escaped(title))</title>
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
        \(opening.map(\.html).joined(separator: "\n"))
        \(contents)
        \(blocks.map(\.html).joined(separator: "\n"))
        </main>
        <script type="application/json" id="heads">\(scriptData(data))</script>
        <script>\(pageScript)</script>
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

/// A heading as the name of its place.
private func anchor(_ text: String) -> String {
    let words = text.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    return "s-" + words.joined(separator: "-")
}

extension Block {
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
        case .row(let blocks): "<div class=\"row\">\n\(blocks.map(\.html).joined(separator: "\n"))\n</div>"
        case .details(let summary, let blocks):
            "<details><summary>\(escaped(summary))</summary>\n\(blocks.map(\.html).joined(separator: "\n"))\n</details>"
        }
    }
}

/// A text with what stands between backticks as code.
private func withCode(_ text: String) -> String {
    let parts = text.split(separator: "`", omittingEmptySubsequences: false).map { escaped(String($0)) }
    guard parts.count % 2 == 1 else { return escaped(text) }
    return parts.enumerated().map { $0.offset % 2 == 1 ? "<code>\($0.element)</code>" : $0.element }.joined()
}
