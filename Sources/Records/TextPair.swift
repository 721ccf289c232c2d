import JSON

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

/// Reads records of `{"hypothesis": "…", "reference": "…"}`; `reference` may be a list, and `id` is optional.
///
/// - Parameters:
///   - path: JSON lines or a JSON array in UTF-8; blank lines are passed over.
///   - reading: how records are read: whether bad ones are left out, keys that are passed over, and how many are read.
/// - Throws: `malformed` at the first bad record, unless they are skipped.
public func readTextPairs(
    at path: String, _ reading: RecordReading = RecordReading()
) throws(RecordError) -> RecordFile<TextPair> {
    var ids = RecordIDs()
    return try readRecords(at: path, reading) { (record, line, notes) throws(BadLine) in
        notes.add(unused: record.keys.subtracting(["id", "hypothesis", "reference"]))
        let (id, isShared) = ids.id(labelText(record["id"]), line: line)
        if isShared { notes.addSharedID() }
        return TextPair(
            id: id, hypothesis: try record.string("hypothesis"), references: try references(record))
    }
}

/// The references of a record: a string, or a list of some.
private func references(_ record: RecordObject) throws(BadLine) -> [String] {
    let value = try record.required("reference")
    guard case .array(let elements) = value else { return [try record.string("reference")] }
    try record.requireCharacters("reference")
    var references: [String] = []
    for element in elements {
        guard case .string(let text) = element else {
            throw BadLine(reason: "\"reference\" holds \(element.kind), expected strings alone")
        }
        references.append(text)
    }
    if references.isEmpty { throw BadLine(reason: "\"reference\" is empty, expected one string or more") }
    return references
}
