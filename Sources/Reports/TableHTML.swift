extension Table {
    /// An HTML table that says in `caption` what it shows. Its cells carry their column's name, so that where there is no
    /// room a row is shown as a card.
    public func html(caption: String) -> String {
        let header = columns.map { column in
            "<th scope=\"col\"\(column.isNumeric ? " class=\"number\"" : "")>\(escaped(column.name))</th>"
        }
        let body = rows.map { cells in
            "<tr>" + cells.enumerated().map { cell($0.element, $0.offset) }.joined() + "</tr>\n"
        }
        return """
            <div class="scroll"><table\(columns.count > 7 ? " class=\"wide\"" : "")>
            <caption>\(escaped(caption))</caption>
            <thead>
            <tr>\(header.joined())</tr>
            </thead>
            <tbody>
            \(body.joined())</tbody>
            </table></div>
            """
    }

    private func cell(_ text: String, _ column: Int) -> String {
        if column == 0, !columns[0].isNumeric { return "<th scope=\"row\">\(escaped(text))</th>" }
        let kind = columns[column].isNumeric ? " class=\"number\"" : ""
        return "<td\(kind) data-label=\"\(escaped(columns[column].name))\">\(shown(text))</td>"
    }

    /// A number with its interval below it: "0.9 [0.8, 1.0]".
    private func shown(_ text: String) -> String {
        guard text.hasSuffix("]"), let start = text.firstIndex(of: "["), start > text.startIndex else {
            return escaped(text)
        }
        return escaped(String(text[..<start])) + "<small>" + escaped(String(text[start...])) + "</small>"
    }
}
