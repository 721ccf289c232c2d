extension Filters {
    /// Filters whose value is taken as text.
    static func applyText(
        _ name: String, to value: Value, _ arguments: Arguments, _ renderer: inout Renderer
    ) throws -> Value {
        let text = printed(value)
        switch name {
        case "trim": return .string(StringMethod.strip(text, try arguments.matched(to: "chars", of: name)[0]))
        case "replace":
            let given = try arguments.matched(to: "old", "new", "count", of: name)
            let count: Value? = if case .none? = given[2] { nil } else { given[2] }
            return try StringMethod.replace(
                text, given[0].text(name), given[1].text(name), count.whole(name, default: -1))
        case "indent": return try renderer.bounded(indented(text, arguments))
        case "center":
            let width = try arguments.matched(to: "width", of: name)[0].whole(name, default: 80)
            return .string(try StringMethod.padded(text, name, width, " "))
        case "format":
            if !arguments.named.isEmpty { throw Complaint.unsupported("format with named values") }
            return try renderer.bounded(formatted(text, .tuple(arguments.positional)))
        case "upper", "lower", "capitalize":
            try arguments.none(of: name)
            return .string(StringMethod.cased(text, name))
        default:
            try arguments.none(of: name)
            return try plain(name, text)
        }
    }

    private static func plain(_ name: String, _ text: String) throws -> Value {
        switch name {
        case "title": return .string(titled(text))
        case "wordcount": return .int(words(in: text))
        case "escape", "e":
            var escaped = ""
            for scalar in text.unicodeScalars {
                switch scalar {
                case "&": escaped += "&amp;"
                case "<": escaped += "&lt;"
                case ">": escaped += "&gt;"
                case "\"": escaped += "&#34;"
                case "'": escaped += "&#39;"
                default: escaped.unicodeScalars.append(scalar)
                }
            }
            try requireShort(escaped.utf8.count)
            return .string(escaped)
        default: return .string(text)
        }
    }

    /// Jinja's title: words begin after white space, hyphens and opening brackets.
    private static func titled(_ text: String) -> String {
        var (result, begins) = ("", true)
        for scalar in text.unicodeScalars {
            if isSpace(scalar) || "-({[<".unicodeScalars.contains(scalar) {
                result.unicodeScalars.append(scalar)
                begins = true
            } else {
                result += begins ? scalar.properties.uppercaseMapping : scalar.properties.lowercaseMapping
                begins = false
            }
        }
        return result
    }

    /// Runs of letters, digits and underscores.
    private static func words(in text: String) -> Int {
        var (count, inside) = (0, false)
        for scalar in text.unicodeScalars {
            let isWord =
                scalar == "_" || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
            if isWord, !inside { count += 1 }
            inside = isWord
        }
        return count
    }

    private static func indented(_ text: String, _ arguments: Arguments) throws -> String {
        let given = try arguments.matched(to: "width", "first", "blank", of: "indent")
        let indent: String
        if case .string(let string)? = given[0] {
            indent = string
        } else {
            let width = try given[0].whole("indent", default: 4)
            if width > 1000 { throw Complaint("indent cannot indent by \(width)") }
            indent = String(repeating: " ", count: max(0, width))
        }
        try requireShort(text.utf8.count + breaks(in: text) * indent.utf8.count)
        let all = lines(of: text + "\n")
        let rest = all.dropFirst().map { line in
            given[2].truth(default: false) || !line.utf8.isEmpty ? indent + line : line
        }
        let joined = ([all.first ?? ""] + rest).joined(separator: "\n")
        return given[1].truth(default: false) ? indent + joined : joined
    }
}
