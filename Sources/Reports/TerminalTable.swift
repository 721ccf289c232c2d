extension Table {
    /// Aligned columns two spaces apart under their names and a line; ends with a line break.
    public var terminal: String { drawn(Array(columns.indices), widths: columns.indices.map(naturalWidth)) }

    /// The same in lines of at most `width` cells. A table that is wider comes in parts below each other, each with the
    /// columns that name its rows; long texts take several lines. Nothing is left out.
    public func terminal(width: Int) -> String {
        guard total(columns.indices.map(naturalWidth)) > width else { return terminal }
        let names = namingColumns
        let widths = fittedWidths(names: names, width: width)
        var parts: [[Int]] = []
        for column in columns.indices.dropFirst(names) {
            let fits = parts.last.map { total((0..<names) + $0 + [column], widths) <= width } ?? false
            if fits { parts[parts.count - 1].append(column) } else { parts.append([column]) }
        }
        return parts.map { drawn((0..<names) + $0, widths: widths) }.joined(separator: "\n")
    }

    /// How many columns on the left name a row: the texts before the first number; of a table of texts the first alone.
    private var namingColumns: Int {
        let texts = columns.prefix { !$0.isNumeric }.count
        return texts == columns.count ? min(1, texts - 1) : texts
    }

    /// The widths in which texts are folded: those that name rows take half of a line at most, others what they leave.
    private func fittedWidths(names: Int, width: Int) -> [Int] {
        let share = max(8, (width / 2) / max(1, names) - 2)
        var widths = columns.indices.map { $0 < names ? min(naturalWidth($0), share) : naturalWidth($0) }
        let rest = max(8, width - total(Array(widths.prefix(names))) - 2)
        for column in columns.indices.dropFirst(names) where !columns[column].isNumeric {
            widths[column] = min(widths[column], rest)
        }
        return widths
    }

    private func naturalWidth(_ column: Int) -> Int {
        rows.reduce(displayWidth(columns[column].name)) { max($0, displayWidth(singleLine($1[column]))) }
    }

    private func total(_ chosen: [Int], _ widths: [Int]) -> Int { total(chosen.map { widths[$0] }) }

    private func total(_ widths: [Int]) -> Int { widths.reduce(0, +) + 2 * max(0, widths.count - 1) }

    /// Some columns in these widths.
    private func drawn(_ chosen: [Int], widths: [Int]) -> String {
        let rule = String(repeating: "─", count: total(chosen, widths))
        let header = lines(of: columns.map(\.name), chosen, widths)
        return (header + [rule] + rows.flatMap { lines(of: $0, chosen, widths) }).map { $0 + "\n" }.joined()
    }

    /// A row in as many lines as its longest text takes.
    private func lines(of row: [String], _ chosen: [Int], _ widths: [Int]) -> [String] {
        let cells = chosen.map { folded(singleLine(row[$0]), to: widths[$0]) }
        return (0..<(cells.map(\.count).max() ?? 0)).map { number in
            var line = zip(chosen, cells).map { column, texts in
                let text = number < texts.count ? texts[number] : ""
                let space = String(repeating: " ", count: max(0, widths[column] - displayWidth(text)))
                return columns[column].isNumeric ? space + text : text + space
            }.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}

/// A text in lines of at most `width` cells, broken after spaces where there are some; at least one line.
private func folded(_ text: String, to width: Int) -> [String] {
    var lines: [String] = []
    var rest = text[...]
    while displayWidth(rest) > width {
        let head = beginning(of: rest, width: width)
        // A space at the break is not needed.
        let space = rest[head.endIndex] == " " ? head.endIndex : head.lastIndex(of: " ")
        lines.append(String(rest[..<(space ?? head.endIndex)]))
        rest = space.map { rest[rest.index(after: $0)...] } ?? rest[head.endIndex...]
    }
    return lines + [String(rest)]
}

/// The beginning of a text that fits; at least one character.
private func beginning(of text: Substring, width: Int) -> Substring {
    var (end, cells) = (text.startIndex, 0)
    while end < text.endIndex {
        cells += displayWidth(String(text[end]))
        guard cells <= width || end == text.startIndex else { break }
        end = text.index(after: end)
    }
    return text[..<end]
}

/// A text in at most `width` cells; what does not fit is left out at the end, with … in its place.
public func shortened(_ text: String, to width: Int) -> String {
    guard displayWidth(text) > width else { return text }
    return width < 2 ? "" : beginning(of: text[...], width: width - 1) + "…"
}
