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

/// One HTML page that needs nothing else: no script, no font, no network.
public struct Page: Sendable {
    /// The title.
    public let title: String
    /// A line below the title.
    public let subtitle: String
    /// What the page shows, from the top.
    public let blocks: [Block]

    /// Holds what the page shows.
    public init(title: String, subtitle: String, blocks: [Block]) {
        self.title = title
        self.subtitle = subtitle
        self.blocks = blocks
    }

    /// The page as UTF-8 text. Its security policy forbids scripts and every request.
    public var html: String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
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
        \(blocks.map(\.html).joined(separator: "\n"))
        </main>
        </body>
        </html>

        """
    }
}

extension Block {
    var html: String {
        switch self {
        case .heading(let text, let level): "<h\(level)>\(escaped(text))</h\(level)>"
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
