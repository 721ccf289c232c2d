import JSON

/// A text in several languages.
public struct ParallelText: Sendable, Hashable {
    /// The record's own id, or its line number.
    public let id: String
    /// The line in the file, counted from 1.
    public let line: Int
    /// The text in each language that was asked for and is there.
    public let texts: [String: String]
}

/// Reads records of `{"id": "…", "en": "…", "zh": "…"}`: a key for each language, whose text is a string.
///
/// - Parameters:
///   - path: JSON lines or a JSON array in UTF-8; blank lines are passed over.
///   - languages: the keys that are read; others are noted.
///   - reading: how records are read: whether bad ones are left out, keys that are passed over, and how many are read.
/// - Throws: `malformed` at the first bad record, unless they are skipped.
public func readParallelTexts(
    at path: String, languages: [String], _ reading: RecordReading = RecordReading()
) throws(RecordError) -> RecordFile<ParallelText> {
    var ids = RecordIDs()
    return try readRecords(at: path, reading) { (record, line, notes) throws(BadLine) in
        notes.add(unused: record.keys.subtracting(languages + ["id"]))
        let (id, isShared) = ids.id(labelText(record["id"]), line: line)
        if isShared { notes.addSharedID() }
        var texts: [String: String] = [:]
        for language in languages where record[language] != nil {
            texts[language] = try record.string(language)
        }
        guard !texts.isEmpty else {
            throw BadLine(
                reason:
                    "expected a text for each language, under the keys \(languages.joined(separator: ", ")); found the keys "
                    + foundKeys(record.keys))
        }
        return ParallelText(id: id, line: line, texts: texts)
    }
}
