import JSON

/// What may follow "|".
enum Filters {
    static let names = text.union(sequences).union(others)

    private static let text: Set<String> = [
        "trim", "upper", "lower", "capitalize", "title", "replace", "indent", "center", "wordcount", "format",
        "escape",
        "e", "safe", "string",
    ]
    private static let sequences: Set<String> = [
        "length", "count", "list", "first", "last", "join", "map", "select", "reject", "selectattr",
        "rejectattr",
        "items", "dictsort", "unique", "sort", "reverse", "batch", "slice", "sum", "min", "max",
    ]
    private static let others: Set<String> = [
        "default", "d", "tojson", "int", "float", "abs", "round", "attr",
    ]

    static func apply(
        _ name: String, to value: Value, _ arguments: Arguments, _ renderer: inout Renderer
    ) throws -> Value {
        if text.contains(name) { return try applyText(name, to: value, arguments, &renderer) }
        if sequences.contains(name) { return try applySequence(name, to: value, arguments, &renderer) }
        switch name {
        case "default", "d":
            let given = try arguments.matched(to: "default_value", "boolean", of: name)
            let keeps = given[1].truth(default: false) ? value.isTrue : !value.isUndefined
            return keeps ? value : given[0] ?? .string("")
        case "tojson": return try renderer.bounded(json(value, arguments))
        case "int": return try whole(value, arguments)
        case "float":
            let fallback = try arguments.matched(to: "default", of: name)[0] ?? .float(0)
            return number(in: value).map { .float($0) } ?? fallback
        case "abs":
            if let number = value.integer { return .int(Int(clamping: number.magnitude)) }
            guard case .float(let number) = try value.defined() else { throw Complaint("abs needs a number") }
            return .float(number.magnitude)
        case "round": return try rounded(value, arguments)
        case "attr": throw Complaint.unsupported("the filter 'attr'")
        default: throw Complaint.unsupported("the filter '\(name)'")
        }
    }

    private static func json(_ value: Value, _ arguments: Arguments) throws -> String {
        let given = try arguments.matched(
            to: "ensure_ascii", "indent", "separators", "sort_keys", of: "tojson")
        var json = JSONText(sortsKeys: given[3].truth(default: false))
        json.style.isASCII = given[0].truth(default: false)
        switch given[1] {
        case nil, Value.none?: break
        case .string(let indent)?: json.style.indent = indent
        case let indent:
            let width = try indent.whole("tojson")
            if width > 100 { throw Complaint("tojson cannot indent by \(width)") }
            json.style.indent = String(repeating: " ", count: max(0, width))
        }
        if json.style.indent != nil { json.style.itemSeparator = "," }
        switch given[2] {
        case nil, Value.none?: break
        case .tuple(let pair)? where pair.count == 2, .list(let pair)? where pair.count == 2:
            json.style.itemSeparator = try Optional(pair[0]).text("tojson")
            json.style.keySeparator = try Optional(pair[1]).text("tojson")
        default: throw Complaint("the separators of tojson are two texts")
        }
        return try json.text(value)
    }

    private static func whole(_ value: Value, _ arguments: Arguments) throws -> Value {
        let given = try arguments.matched(to: "default", "base", of: "int")
        let fallback = given[0] ?? .int(0)
        let base = try given[1].whole("int", default: 10)
        if let number = value.integer { return .int(number) }
        if case .string(let text) = value, (2...36).contains(base) {
            let digits = stripped(text).filter { $0 != "_" }
            if let number = Int(digits, radix: base) { return .int(number) }
        }
        guard let number = number(in: value) else { return fallback }
        return Int(exactly: number.rounded(.towardZero)).map { .int($0) } ?? fallback
    }

    /// The number that a value is, or that a text names.
    private static func number(in value: Value) -> Double? {
        if case .string(let text) = value { return Double(stripped(text).filter { $0 != "_" }) }
        return value.number
    }

    private static func rounded(_ value: Value, _ arguments: Arguments) throws -> Value {
        let given = try arguments.matched(to: "precision", "method", of: "round")
        let precision = try given[0].whole("round", default: 0)
        let method = try given[1].text("round", default: "common")
        if method == "common", let number = value.integer {
            let whole =
                precision < 0 ? Int(exactly: roundedToDecimal(Double(number), max(precision, -15))) : number
            return .int(whole ?? number)
        }
        guard let number = try value.defined().number, precision.magnitude <= 15 else {
            throw Complaint("round needs a number")
        }
        let rules: [String: FloatingPointRoundingRule] = ["ceil": .up, "floor": .down]
        if method == "common" { return .float(roundedToDecimal(number, precision)) }
        guard let rule = rules[method] else {
            throw Complaint("round knows common, ceil and floor, not '\(method)'")
        }
        let scale = powerOfTen(abs(precision))
        let result = (precision < 0 ? number / scale : number * scale).rounded(rule)
        return .float(precision < 0 ? result * scale : result / scale)
    }
}
