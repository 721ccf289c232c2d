import Foundation

/// What a step looks for in a text: a string, or a regular expression.
enum TextPattern: Sendable {
    case literal([UInt8])
    case expression(NSRegularExpression)

    /// - Parameter json: `{"String": …}`, `{"Regex": …}` or a plain string.
    init(_ json: JSONValue, component: String, source: String) throws(TokenizerError) {
        if let string = json.string ?? json["String"].string {
            if string.isEmpty {
                throw .unsupported(
                    source: source, component: component, found: "for an empty string", supported: "a string")
            }
            self = .literal([UInt8](string.utf8))
        } else if let expression = json["Regex"].string {
            try self.init(expression: expression, component: component, source: source)
        } else {
            throw .malformed(
                source: source, reason: "the \(component) has neither a String nor a Regex to look for")
        }
    }

    init(expression: String, component: String, source: String) throws(TokenizerError) {
        guard let compiled = try? NSRegularExpression(pattern: expression) else {
            throw .unsupported(
                source: source, component: "\(component)'s expression", found: expression,
                supported: "what ICU's regular expressions accept")
        }
        self = .expression(compiled)
    }

    /// Where it occurs, from left to right, without overlaps.
    func matches(in text: Span<UInt8>, _ range: Range<Int>) -> [Range<Int>] {
        switch self {
        case .literal(let string): Self.occurrences(of: string, in: text, range)
        case .expression(let expression): Self.matches(of: expression, in: text, range)
        }
    }

    private static func occurrences(of string: [UInt8], in text: Span<UInt8>, _ range: Range<Int>) -> [Range<
        Int
    >] {
        guard let first = string.first else { return [] }
        var matches: [Range<Int>] = []
        var i = range.lowerBound
        while i + string.count <= range.upperBound {
            if text[i] == first, sameBytes(text, i..<i + string.count, string.span, 0..<string.count) {
                matches.append(i..<i + string.count)
                i += string.count
            } else {
                i += 1
            }
        }
        return matches
    }

    private static func matches(
        of expression: NSRegularExpression, in text: Span<UInt8>, _ range: Range<Int>
    ) -> [Range<Int>] {
        let string = String(decoding: range.map { text[$0] }, as: UTF8.self)
        var (byte, unit) = (range.lowerBound, 0)
        func position(ofUnit target: Int) -> Int {
            while unit < target {
                let (scalar, next) = scalarAt(byte, in: text)
                unit += scalar > 0xFFFF ? 2 : 1
                byte = next
            }
            return byte
        }
        let whole = NSRange(location: 0, length: string.utf16.count)
        return expression.matches(in: string, range: whole).map { match in
            let start = position(ofUnit: match.range.location)
            return start..<position(ofUnit: match.range.location + match.range.length)
        }
    }

    /// The text with `content` in place of every match.
    func replacing(in text: [UInt8], with content: [UInt8]) -> [UInt8] {
        let matches = matches(in: text.span, 0..<text.count)
        if matches.isEmpty { return text }
        var (output, done) = ([UInt8](), 0)
        output.reserveCapacity(text.count + matches.count * content.count)
        for match in matches {
            output += text[done..<match.lowerBound]
            output += content
            done = match.upperBound
        }
        return output + text[done...]
    }
}
