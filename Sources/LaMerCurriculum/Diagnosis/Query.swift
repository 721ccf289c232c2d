import Evaluation
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
/// - Parameters:
///   - path: JSON lines, or a JSON array, in UTF-8.
///   - limit: the number of queries after which nothing more is read; nil for all.
///   - skipped: is given each line that is no such record; without it the first one ends the reading.
/// - Throws: `malformed` at the first line that is no such record: fewer than two options or two that are alike, an
///   answer that is none of them, an empty query or fact.
public func readQueries(
    at path: String, limit: Int? = nil, skipped: ((RecordError) -> Void)? = nil
) throws(RecordError) -> [Query] {
    var (ids, queries) = (RecordIDs(), [Query]())
    for (line, record) in try readJSONLines(QueryLine.self, at: path, limit: limit, skipped: skipped) {
        let (id, _) = ids.id(record.id?.text, line: line)
        do throws(RecordError) {
            queries.append(try record.query(id, line: line, path))
        } catch {
            guard let skipped else { throw error }
            skipped(error)
        }
    }
    return queries
}

private func isBlank(_ text: String) -> Bool { text.allSatisfy(\.isWhitespace) }

private struct QueryLine: Decodable {
    let id: RecordLabel?
    let query: String
    let options: [String]?
    let facts: [String]?
    let answer: TextOrNumber?

    func query(_ id: String, line: Int, _ path: String) throws(RecordError) -> Query {
        func malformed(_ reason: String) -> RecordError {
            .malformed(path: path, line: line, reason: reason)
        }
        if isBlank(query) { throw malformed("\"query\" is empty") }
        if let options {
            guard options.count >= 2 else { throw malformed("\"options\" has fewer than two answers") }
            guard Set(options.map(normalizedAnswer)).count == options.count, !options.contains(where: isBlank)
            else { throw malformed("\"options\" has answers that are empty or alike") }
        }
        if facts?.contains(where: isBlank) ?? false { throw malformed("\"facts\" has an empty one") }
        return Query(
            id: id, text: query, options: options, facts: facts,
            answer: try answer.map { (answer) throws(RecordError) in
                guard let found = answer.text(among: options) else {
                    throw malformed(
                        "\"answer\" is \(answer), which is neither the text nor the number of an option")
                }
                return found
            })
    }
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
