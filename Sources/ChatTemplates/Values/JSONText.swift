import JSON

/// Python's `json.dumps`, as transformers' `tojson` calls it.
struct JSONText {
    var style = JSONWriter.Style.python
    var sortsKeys = false

    func text(_ value: Value) throws -> String {
        var writer = JSONWriter(style)
        try write(value, to: &writer, level: 0)
        return writer.text
    }

    private func write(_ value: Value, to writer: inout JSONWriter, level: Int) throws {
        switch value {
        case .none: writer.literal("null")
        case .bool(let bool): writer.literal(bool ? "true" : "false")
        case .int(let number): writer.literal("\(number)")
        case .float(let number): writer.literal(numeral(number))
        case .string(let string): writer.string(string)
        case .list(let items), .tuple(let items):
            try spend(work: items.count, bytes: Budget.element * items.count)
            try enclose("[", "]", of: items.count, in: &writer, level) { (writer) in
                for item in items {
                    writer.element()
                    try write(item, to: &writer, level: level + 1)
                }
            }
        case .dictionary(let pairs):
            let ordered = sortsKeys ? try pairs.sorted { try less($0.key, $1.key) } : pairs
            try enclose("{", "}", of: pairs.count, in: &writer, level) { (writer) in
                for pair in ordered {
                    writer.member(try key(pair.key))
                    try write(pair.value, to: &writer, level: level + 1)
                }
            }
        case .undefined, .namespace, .loop, .function:
            throw Complaint("\(value.kind) cannot be written as JSON")
        }
        try requireShort(writer.text.utf8.count)
    }

    private func key(_ value: Value) throws -> String {
        switch value {
        case .string(let string): string
        case .none, .bool, .int, .float: try text(value)
        default: throw Complaint("\(value.kind) cannot be a key in JSON")
        }
    }

    /// Writes an object or array whose text stays within the budget.
    private func enclose(
        _ open: Character, _ close: Character, of count: Int, in writer: inout JSONWriter, _ level: Int,
        _ body: (inout JSONWriter) throws -> Void
    ) throws {
        let before = writer.text.utf8.count
        let between =
            style.itemSeparator.utf8.count + (style.indent.map { 1 + (level + 1) * $0.utf8.count } ?? 0)
        try requireShort(before + (count + 1) * between)
        writer.open(open)
        try body(&writer)
        writer.close(close)
        try spend(work: count, bytes: writer.text.utf8.count - before)
    }
}
