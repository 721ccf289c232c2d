import Foundation

/// A text and what it should be.
public struct TextPair: Sendable, Hashable {
    /// The record's own id, or its line number.
    public let id: String
    /// The text that is judged.
    public let hypothesis: String
    /// What it is compared with: one text, or several that are equally right.
    public let references: [String]

    /// Pairs a text with its references.
    public init(id: String = "", hypothesis: String, references: [String]) {
        (self.id, self.hypothesis, self.references) = (id, hypothesis, references)
    }
}

/// Reads lines of `{"hypothesis": "…", "reference": "…"}`; `reference` may be a list, and `id` is optional.
///
/// - Throws: `malformed` at the first bad line, unless they are skipped; a repeated id is a bad line too.
public func readTextPairs(
    at path: String, skippingBadLines: Bool = false
) throws(RecordError) -> (pairs: [TextPair], rejects: [RecordError]) {
    let decoder = JSONDecoder()
    var ids = RecordIDs()
    return try readRecords(at: path, skippingBadLines: skippingBadLines) { (bytes, line) throws(BadLine) in
        let record = try decoder.record(TextPairLine.self, from: bytes)
        return TextPair(
            id: try ids.id(record.id, line: line), hypothesis: record.hypothesis,
            references: record.references)
    }
}

private struct TextPairLine: Decodable {
    let id: String?
    let hypothesis: String
    let references: [String]

    private enum Key: String, CodingKey { case id, hypothesis, reference }

    init(from decoder: any Decoder) throws {
        let record = try decoder.container(keyedBy: Key.self)
        id = try record.decodeIfPresent(RecordID.self, forKey: .id)?.text
        guard let text = try? record.decode(String.self, forKey: .hypothesis) else {
            throw BadLine(reason: "expected \"hypothesis\", a string")
        }
        hypothesis = text
        if let one = try? record.decode(String.self, forKey: .reference) {
            references = [one]
        } else if let several = try? record.decode([String].self, forKey: .reference), !several.isEmpty {
            references = several
        } else {
            throw BadLine(reason: "expected \"reference\", a string or a list of strings")
        }
    }
}
