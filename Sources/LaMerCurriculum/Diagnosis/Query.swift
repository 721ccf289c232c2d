import Foundation
public import Records

/// Something that a model is asked, as a line of a file gives it.
public struct Query: Sendable, Hashable {
    /// The record's own `id`, or its line number.
    public let id: String
    /// What the user's turn says.
    public let text: String
    /// The answers to choose from, where the record names them.
    public let options: [String]?
    /// The facts to test the model on, where the record brings its own.
    public let facts: [String]?
    /// The right answer, one of the options where there are any. It serves to check a diagnosis and nothing else.
    public let answer: String?

    /// A query.
    public init(
        id: String, text: String, options: [String]? = nil, facts: [String]? = nil, answer: String? = nil
    ) {
        (self.id, self.text, self.options, self.facts, self.answer) = (id, text, options, facts, answer)
    }
}

/// Reads lines of `{"id","query","options","facts","answer"}`, of which only `query` must be there.
///
/// An answer is the text of an option, or its number from 0.
///
/// - Throws: `malformed` at the first line that is no such record: fewer than two options or two that are alike, an
///   answer that is none of them, an empty query or fact, an id that was there before.
public func readQueries(at path: String) throws(RecordError) -> [Query] {
    var lineOfID: [String: Int] = [:]
    return try readJSONLines(QueryLine.self, at: path).map { (line, record) throws(RecordError) in
        func malformed(_ reason: String) -> RecordError {
            .malformed(path: path, line: line, reason: reason)
        }
        let id = record.id?.text ?? "\(line)"
        if let earlier = lineOfID.updateValue(line, forKey: id) {
            throw malformed("the id \"\(id)\" is that of line \(earlier) too")
        }
        if isBlank(record.query) { throw malformed("\"query\" is empty") }
        if let options = record.options {
            guard options.count >= 2 else { throw malformed("\"options\" has fewer than two answers") }
            guard Set(options.map(normalizedAnswer)).count == options.count, !options.contains(where: isBlank)
            else { throw malformed("\"options\" has answers that are empty or alike") }
        }
        if record.facts?.contains(where: isBlank) ?? false { throw malformed("\"facts\" has an empty one") }
        return Query(
            id: id, text: record.query, options: record.options, facts: record.facts,
            answer: try record.answer.map { (answer) throws(RecordError) in
                guard let found = answer.text(among: record.options) else {
                    throw malformed(
                        "\"answer\" is \(answer), which is neither the text nor the number of an option")
                }
                return found
            })
    }
}

private func isBlank(_ text: String) -> Bool { text.allSatisfy(\.isWhitespace) }

private struct QueryLine: Decodable {
    let id: TextOrNumber?
    let query: String
    let options: [String]?
    let facts: [String]?
    let answer: TextOrNumber?
}

private enum TextOrNumber: Decodable, CustomStringConvertible {
    case string(String)
    case number(Int)

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let number = try? value.decode(Int.self) {
            self = .number(number)
        } else {
            self = .string(try value.decode(String.self))
        }
    }

    var text: String {
        switch self {
        case .string(let text): text
        case .number(let number): "\(number)"
        }
    }

    var description: String { "\"\(text)\"" }

    /// The answer that is meant; any text where there are no options.
    func text(among options: [String]?) -> String? {
        guard let options else { return text }
        switch self {
        case .number(let number): return options.indices.contains(number) ? options[number] : nil
        case .string(let text):
            let wanted = normalizedAnswer(text)
            return options.first { normalizedAnswer($0) == wanted }
        }
    }
}
