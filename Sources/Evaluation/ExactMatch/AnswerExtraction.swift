/// Where in a text its answer is.
public enum AnswerExtraction: Sendable {
    /// After the first `####`, as GSM8K writes it: the number that follows, or else the rest of the line.
    case hash
    /// The last number.
    case lastNumber
    /// What the first match of a pattern has in its first group, or all of it where there is no group.
    case pattern(AnswerPattern)
    /// All of it, without space around.
    case whole

    /// The answer, nil where there is none. A number is written in one way, see `plainNumber(_:)`.
    public func answer(in text: String) -> String? {
        let found: Substring? =
            switch self {
            case .hash: afterHash(text)
            case .lastNumber: numbers(in: text[...]).last
            case .pattern(let pattern): pattern.firstMatch(in: text)
            case .whole: text[...]
            }
        guard let trimmed = found.map(trimmed), !trimmed.isEmpty else { return nil }
        return plainNumber(trimmed) ?? String(trimmed)
    }

    private func afterHash(_ text: String) -> Substring? {
        guard let mark = text.firstRange(of: "####") else { return nil }
        let line = trimmed(text[mark.upperBound...].prefix { !$0.isNewline })
        guard let number = numbers(in: line).first, number.startIndex == line.startIndex else { return line }
        return number
    }
}

/// A regular expression of the user's.
///
/// It is kept as text and compiled when it is used, for compiled ones cannot be handed from task to task.
public struct AnswerPattern: Sendable {
    /// The pattern as it was given.
    public let source: String

    /// - Throws: what Swift's `Regex` has against the pattern.
    public init(_ source: String) throws {
        _ = try Regex(source)
        self.source = source
    }

    func firstMatch(in text: String) -> Substring? {
        guard let match = try? Regex(source).firstMatch(in: text) else { return nil }
        return match.output.count > 1 ? match.output[1].substring : match.output[0].substring
    }
}

private func trimmed(_ text: Substring) -> Substring {
    let start = text.drop(while: \.isWhitespace)
    return start[..<(start.lastIndex { !$0.isWhitespace }.map(start.index(after:)) ?? start.startIndex)]
}
