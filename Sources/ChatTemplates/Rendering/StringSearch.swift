/// Methods that look for one text in another.
extension StringMethod {
    static func split(_ text: String, _ name: String, _ arguments: Arguments) throws -> [String] {
        let given = try arguments.matched(to: "sep", "maxsplit", of: name)
        let most = try given[1].whole(name, default: -1)
        let (scalars, fromRight) = (text.scalars, name == "rsplit")
        var cuts: [Range<Int>] = []
        if case .string(let separator)? = given[0] {
            let part = separator.scalars
            if part.isEmpty { throw Complaint("\(name) needs a separator that is not empty") }
            cuts = occurrences(of: part, in: scalars).map { $0..<$0 + part.count }
            if fromRight {
                let backwards = occurrences(of: part.reversed(), in: scalars.reversed())
                cuts = backwards.map { scalars.count - $0 - part.count..<scalars.count - $0 }.reversed()
            }
            if most >= 0 { cuts = Array(fromRight ? cuts.suffix(most) : cuts.prefix(most)) }
            try spend(bytes: Budget.element * cuts.count)
            return pieces(of: scalars[...], between: cuts)
        }
        let trimmed = stripped(text, left: !fromRight || most < 0, right: fromRight || most < 0).scalars
        var i = 0
        while i < trimmed.count {
            let start = i
            while i < trimmed.count, isSpace(trimmed[i]) { i += 1 }
            if i > start { cuts.append(start..<i) }
            i += 1
        }
        if most >= 0 { cuts = Array(fromRight ? cuts.suffix(most) : cuts.prefix(most)) }
        try spend(bytes: Budget.element * cuts.count)
        return pieces(of: trimmed[...], between: cuts).filter { !$0.isEmpty }
    }

    private static func pieces(of text: ArraySlice<Unicode.Scalar>, between cuts: [Range<Int>]) -> [String] {
        var (start, result) = (0, [String]())
        for cut in cuts {
            result.append(String(scalars: text[start..<cut.lowerBound]))
            start = cut.upperBound
        }
        return result + [String(scalars: text[start...])]
    }

    static func partition(_ text: String, _ name: String, _ arguments: Arguments) throws -> [String] {
        let separator = try arguments.matched(to: "sep", of: name)[0].text(name)
        let (scalars, part) = (text.scalars, separator.scalars)
        if part.isEmpty { throw Complaint("\(name) needs a separator that is not empty") }
        guard name == "partition" else {
            guard let last = occurrences(of: part.reversed(), in: scalars.reversed()).first else {
                return ["", "", text]
            }
            let end = scalars.count - last
            return [
                String(scalars: scalars[..<(end - part.count)]), separator, String(scalars: scalars[end...]),
            ]
        }
        guard let place = occurrences(of: part, in: scalars).first else { return [text, "", ""] }
        return [
            String(scalars: scalars[..<place]), separator, String(scalars: scalars[(place + part.count)...]),
        ]
    }

    static func has(_ text: String, _ name: String, _ arguments: Arguments) throws -> Bool {
        let given = try arguments.matched(to: "part", of: name)[0]
        let parts: [Value] = if case .tuple(let parts)? = given { parts } else { [given ?? .none] }
        return try parts.contains { value in
            let part = try Optional(value).text(name)
            return name == "startswith"
                ? text.utf8.starts(with: part.utf8) : text.utf8.reversed().starts(with: part.utf8.reversed())
        }
    }

    static func search(_ text: String, _ name: String, _ arguments: Arguments) throws -> Int {
        let part = try arguments.matched(to: "part", of: name)[0].text(name).scalars
        let scalars = text.scalars
        if part.isEmpty { return name == "rfind" ? scalars.count : name == "count" ? scalars.count + 1 : 0 }
        let places = occurrences(of: part, in: scalars)
        switch name {
        case "count": return places.count
        case "rfind":
            let last = occurrences(of: part.reversed(), in: scalars.reversed()).first
            return last.map { scalars.count - $0 - part.count } ?? -1
        default:
            if name == "index", places.isEmpty { throw Complaint("index did not find the text") }
            return places.first ?? -1
        }
    }
}
