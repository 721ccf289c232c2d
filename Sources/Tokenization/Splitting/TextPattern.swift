import JSON
import Foundation

/// What a step looks for in a text: a string, or a regular expression.
enum TextPattern: Sendable {
    case literal([UInt8])
    case expression(NSRegularExpression)

    /// - Parameter json: `{"String": …}`, `{"Regex": …}` or a plain string.
    init(_ json: JSONValue, component: String, source: String) throws(TokenizerError) {
        if let string = json.string ?? json["String"]?.string {
            if string.isEmpty {
                throw .unsupported(
                    source: source, component: component, found: "for an empty string", supported: "a string")
            }
            self = .literal([UInt8](string.utf8))
        } else if let expression = json["Regex"]?.string {
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
        if string.count > 16 { return longOccurrences(of: string, in: text, range) }
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

    /// The same for strings so long that comparing them anew at every place could take for ever.
    private static func longOccurrences(
        of string: [UInt8], in text: Span<UInt8>, _ range: Range<Int>
    ) -> [Range<Int>] {
        let strings = LongestTokens([string]).beginning(in: text, range)
        var (matches, i) = ([Range<Int>](), range.lowerBound)
        while i + string.count <= range.upperBound {
            guard strings[i - range.lowerBound] == 0 else {
                i += 1
                continue
            }
            matches.append(i..<i + string.count)
            i += string.count
        }
        return matches
    }

    /// The matches of an expression; none, and a ``TokenizerFault``, where it takes more time or room than it may.
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
        return found(expression, in: string, whole).map { match in
            let start = position(ofUnit: match.location)
            return start..<position(ofUnit: match.location + match.length)
        }
    }

    /// The most seconds that an expression may take for one piece of text.
    private static let patience = 5.0

    private static func found(
        _ expression: NSRegularExpression, in string: String, _ whole: NSRange
    ) -> [NSRange] {
        guard TokenizerFault.first == nil else { return [] }  // nothing will come of the ids
        var (found, begin) = ([NSRange](), Date?.none)
        let component = "expression \(expression.pattern.prefix(80))"
        unsafe expression.enumerateMatches(
            in: string, options: [.reportProgress, .reportCompletion], range: whole
        ) { match, flags, stop in
            if let match { found.append(match.range) }
            if flags.contains(.internalError) {
                TokenizerFault.note(component, "gives up on a text of \(whole.length) letters")
            } else if flags.contains(.progress) {
                let start = begin ?? Date()
                begin = start
                guard Date().timeIntervalSince(start) > patience else { return }
                TokenizerFault.note(
                    component, "takes more than \(patience) s for a text of \(whole.length) letters")
                unsafe stop.pointee = true
            }
        }
        return found
    }

    /// The text with `content` in place of every match.
    ///
    /// - Parameter limit: The most bytes it may become; beyond it stays as it is, which is a ``TokenizerFault``.
    func replacing(in text: [UInt8], with content: [UInt8], limit: Int? = nil) -> [UInt8] {
        let matches = matches(in: text.span, 0..<text.count)
        if matches.isEmpty { return text }
        let limit = limit ?? longestText(from: text.count)
        guard text.count + matches.count * content.count <= limit else {
            TokenizerFault.note("normalizer or decoder", "makes more than \(limit) bytes of a text")
            return text
        }
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
