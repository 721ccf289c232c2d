import Foundation

/// A text whose states are to be read, with what is known of it.
public struct StateRecord: Sendable, Hashable {
    /// What the model reads.
    public enum Content: Sendable, Hashable {
        /// A prompt, as it stands.
        case prompt(String)
        /// Turns for the chat template, up to where the assistant begins to speak.
        case turns([Message])
        /// A text, as it stands.
        case text(String)
    }

    /// The record's own id, or its line number.
    public let id: String
    /// The line in the file, counted from 1.
    public let line: Int
    /// What the model reads.
    public let content: Content
    /// `label`, `group` and `lang`, where the record has them; numbers and truth values as text.
    public let label, group, language: String?
}

/// Reads lines with `prompt` (a string or messages; an answer may be there and is not read), `messages` or `text`.
///
/// - Throws: `malformed` at the first bad line, unless they are skipped; a repeated id is a bad line too.
public func readStateRecords(
    at path: String, skippingBadLines: Bool = false
) throws(RecordError) -> (records: [StateRecord], rejects: [RecordError]) {
    let decoder = JSONDecoder()
    var ids = RecordIDs()
    return try readRecords(at: path, skippingBadLines: skippingBadLines) { (bytes, line) throws(BadLine) in
        let record = try decoder.record(StateLine.self, from: bytes)
        return StateRecord(
            id: try ids.id(record.id, line: line), line: line, content: record.content, label: record.label,
            group: record.group, language: record.language)
    }
}

private struct StateLine: Decodable {
    let id, label, group, language: String?
    let content: StateRecord.Content

    private enum Key: String, CodingKey { case id, prompt, messages, text, label, group, lang }

    init(from decoder: any Decoder) throws {
        let record = try decoder.container(keyedBy: Key.self)
        func name(_ key: Key) throws -> String? {
            if let text = try? record.decodeIfPresent(String.self, forKey: key) { return text }
            if let truth = try? record.decodeIfPresent(Bool.self, forKey: key) { return "\(truth)" }
            if let number = try? record.decodeIfPresent(Int.self, forKey: key) { return "\(number)" }
            if let number = try? record.decodeIfPresent(Double.self, forKey: key) { return "\(number)" }
            if !record.contains(key) { return nil }
            if try record.decodeNil(forKey: key) { return nil }
            throw BadLine(reason: "\"\(key.rawValue)\" is no string, number or truth value")
        }
        (id, label, group, language) = (try name(.id), try name(.label), try name(.group), try name(.lang))
        if record.contains(.prompt) {
            switch try record.decode(TextOrTurns.self, forKey: .prompt) {
            case .text(let text): content = .prompt(text)
            case .turns(let turns): content = .turns(turns)
            }
        } else if record.contains(.messages) {
            content = .turns(try turns(record.decode([Turn].self, forKey: .messages)))
        } else if record.contains(.text) {
            content = .text(try record.decode(String.self, forKey: .text))
        } else {
            throw BadLine(reason: "expected prompt, messages or text")
        }
    }
}
