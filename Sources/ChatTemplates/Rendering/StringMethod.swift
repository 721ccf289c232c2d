/// The methods of Python's str.
enum StringMethod {
    static let names: Set<String> = [
        "strip", "lstrip", "rstrip", "removeprefix", "removesuffix", "split", "rsplit", "splitlines",
        "partition",
        "rpartition", "join", "startswith", "endswith", "replace", "find", "rfind", "index", "count", "upper",
        "lower",
        "title", "capitalize", "isdigit", "isalpha", "isalnum", "isspace", "isupper", "islower", "format",
        "zfill",
        "ljust", "rjust", "center",
    ]

    static func call(
        _ name: String, on text: String, _ arguments: Arguments, _ renderer: Renderer
    ) throws -> Value {
        switch name {
        case "strip", "lstrip", "rstrip":
            return .string(
                strip(
                    text, try arguments.matched(to: "chars", of: name)[0], left: name != "rstrip",
                    right: name != "lstrip"))
        case "removeprefix", "removesuffix": return .string(try removed(text, name, arguments))
        case "split", "rsplit": return .list(try split(text, name, arguments).map { .string($0) })
        case "splitlines":
            try arguments.none(of: name)
            try spend(bytes: Budget.element * breaks(in: text))
            return .list(lines(of: text).map { .string($0) })
        case "partition", "rpartition":
            return .tuple(try partition(text, name, arguments).map { .string($0) })
        case "join":
            let items = try renderer.elements(of: arguments.matched(to: "iterable", of: name)[0] ?? .none)
            let parts = try items.map { try Optional($0).text("join") }
            try requireShort(parts.reduce(parts.count * text.utf8.count) { $0 + $1.utf8.count })
            return .string(parts.joined(separator: text))
        case "startswith", "endswith": return .bool(try has(text, name, arguments))
        case "replace":
            let given = try arguments.matched(to: "old", "new", "count", of: name)
            return try replace(
                text, given[0].text(name), given[1].text(name), given[2].whole(name, default: -1))
        case "find", "rfind", "index", "count": return .int(try search(text, name, arguments))
        case "format": return try renderer.bounded(filled(text, arguments))
        case "zfill", "ljust", "rjust", "center":
            let given = try arguments.matched(to: "width", "fill", of: name)
            return .string(
                try padded(
                    text, name, given[0].whole(name),
                    given[1].text(name, default: name == "zfill" ? "0" : " ")))
        case "isdigit", "isalpha", "isalnum", "isspace", "isupper", "islower":
            try arguments.none(of: name)
            return .bool(isAll(name, text))
        default:
            try arguments.none(of: name)
            return .string(cased(text, name))
        }
    }

    /// `strip` of white space, or of the characters given.
    static func strip(_ text: String, _ chars: Value?, left: Bool = true, right: Bool = true) -> String {
        guard case .string(let chars)? = chars else { return stripped(text, left: left, right: right) }
        let drops = Set(chars.unicodeScalars)
        return stripped(text, left: left, right: right) { drops.contains($0) }
    }

    static func replace(_ text: String, _ old: String, _ new: String, _ count: Int = -1) throws -> Value {
        let (scalars, part) = (text.scalars, old.scalars)
        let places = part.isEmpty ? Array(0...scalars.count) : occurrences(of: part, in: scalars)
        let chosen = count < 0 ? places[...] : places.prefix(count)
        let (size, overflow) = chosen.count.multipliedReportingOverflow(by: new.utf8.count)
        if overflow || size + text.utf8.count > Renderer.longestText {
            throw Excess(limit: "\(Renderer.longestText) bytes of text")
        }
        var (result, done, added) = ([Unicode.Scalar](), 0, Array(new.unicodeScalars))
        result.reserveCapacity(scalars.count + chosen.count * added.count)
        for place in chosen {
            result += scalars[done..<place]
            result += added
            done = place + part.count
        }
        result += scalars[done...]
        return .string(String(scalars: result))
    }

    static func cased(_ text: String, _ name: String) -> String {
        switch name {
        case "upper": return text.uppercased()
        case "lower": return text.lowercased()
        case "capitalize":
            let scalars = text.scalars
            return scalars.prefix(1).map(\.properties.titlecaseMapping).joined()
                + String(scalars: scalars.dropFirst()).lowercased()
        default:
            var (result, insideWord) = ("", false)
            for scalar in text.unicodeScalars {
                result += insideWord ? scalar.properties.lowercaseMapping : scalar.properties.titlecaseMapping
                insideWord = scalar.properties.isCased
            }
            return result
        }
    }

    private static func removed(_ text: String, _ name: String, _ arguments: Arguments) throws -> String {
        let part = try arguments.matched(to: "part", of: name)[0].text(name)
        let (scalars, cut) = (text.scalars, part.scalars)
        if name == "removeprefix" {
            return scalars.starts(with: cut) ? String(scalars: scalars.dropFirst(cut.count)) : text
        }
        return scalars.reversed().starts(with: cut.reversed())
            ? String(scalars: scalars.dropLast(cut.count)) : text
    }

    static func padded(_ text: String, _ name: String, _ width: Int, _ fill: String) throws -> String {
        if width > Renderer.longestText { throw Excess(limit: "\(Renderer.longestText) bytes of text") }
        let missing = max(0, max(0, width) - text.unicodeScalars.count)
        let (size, overflow) = missing.multipliedReportingOverflow(by: fill.utf8.count)
        try requireShort(overflow ? .max : size)
        func filling(_ count: Int) -> String { String(repeating: fill, count: count) }
        switch name {
        case "ljust": return text + filling(missing)
        case "rjust": return filling(missing) + text
        case "zfill":
            let sign = text.hasPrefix("-") || text.hasPrefix("+") ? text.prefix(1) : ""
            return sign + filling(missing) + text.dropFirst(sign.count)
        default:
            let left = missing / 2 + (missing & width & 1)
            return filling(left) + text + filling(missing - left)
        }
    }

    private static func isAll(_ name: String, _ text: String) -> Bool {
        let scalars = text.unicodeScalars
        func has(_ test: (Unicode.Scalar.Properties) -> Bool) -> Bool {
            scalars.contains { test($0.properties) }
        }
        func all(_ test: (Unicode.Scalar) -> Bool) -> Bool { !scalars.isEmpty && scalars.allSatisfy(test) }
        func isDigit(_ scalar: Unicode.Scalar) -> Bool {
            scalar.properties.numericType == .decimal || scalar.properties.numericType == .digit
        }
        func isLetter(_ scalar: Unicode.Scalar) -> Bool {
            switch scalar.properties.generalCategory {
            case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
            default: false
            }
        }
        switch name {
        case "isdigit": return all(isDigit)
        case "isalpha": return all(isLetter)
        case "isalnum": return all { isLetter($0) || $0.properties.numericType != nil }
        case "isspace": return all(isSpace)
        case "isupper":
            return has(\.isUppercase) && !has { $0.isLowercase || $0.generalCategory == .titlecaseLetter }
        default:
            return has(\.isLowercase) && !has { $0.isUppercase || $0.generalCategory == .titlecaseLetter }
        }
    }
}
