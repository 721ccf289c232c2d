/// Python's `json.dumps`, as transformers' `tojson` calls it.
struct JSONText {
    var asciiOnly = false
    var indent: String?
    var itemSeparator = ", "
    var keySeparator = ": "
    var sortsKeys = false

    func text(_ value: Value, level: Int = 0) throws -> String {
        switch value {
        case .none: return "null"
        case .bool(let bool): return bool ? "true" : "false"
        case .int(let number): return "\(number)"
        case .float(let number):
            return number.isFinite
                ? "\(number)" : number.isNaN ? "NaN" : number < 0 ? "-Infinity" : "Infinity"
        case .string(let string): return quoted(string)
        case .list(let items), .tuple(let items):
            try spend(work: items.count, bytes: Budget.element * items.count)
            return try enclosed("[", try items.map { try text($0, level: level + 1) }, "]", level)
        case .dictionary(let pairs):
            let ordered = sortsKeys ? try pairs.sorted { try less($0.key, $1.key) } : pairs
            let members = try ordered.map { pair in
                try quoted(key(pair.key)) + keySeparator + text(pair.value, level: level + 1)
            }
            return try enclosed("{", members, "}", level)
        case .undefined, .namespace, .loop, .function:
            throw Complaint("\(value.kind) cannot be written as JSON")
        }
    }

    private func key(_ value: Value) throws -> String {
        switch value {
        case .string(let string): string
        case .none, .bool, .int, .float: try text(value)
        default: throw Complaint("\(value.kind) cannot be a key in JSON")
        }
    }

    private func enclosed(_ open: String, _ items: [String], _ close: String, _ level: Int) throws -> String {
        let between = itemSeparator.utf8.count + (indent.map { 1 + (level + 1) * $0.utf8.count } ?? 0)
        let size = items.reduce((items.count + 1) * between) { $0 + $1.utf8.count }
        try requireShort(size)
        try spend(work: items.count, bytes: size)
        guard let indent, !items.isEmpty else {
            return open + items.joined(separator: itemSeparator) + close
        }
        let inner = "\n" + String(repeating: indent, count: level + 1)
        let outer = "\n" + String(repeating: indent, count: level)
        return open + inner + items.joined(separator: itemSeparator + inner) + outer + close
    }

    private func quoted(_ string: String) -> String {
        var text = "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\u{8}": text += "\\b"
            case "\u{C}": text += "\\f"
            case _ where scalar.value < 0x20 || asciiOnly && scalar.value > 0x7E:
                for unit in String(scalar).utf16 { text += "\\u" + hexadecimal(UInt32(unit), digits: 4) }
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text + "\""
    }
}
