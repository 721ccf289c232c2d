import Foundation

/// Reads multiple-choice questions from JSON lines.
///
/// A record has `prompt` (a string that options follow as they stand, or a list of messages), or `query` or `question`
/// (a string that is a user's turn, or a list of messages); `options` or `choices`, a list of strings; and `answer`: an
/// index from 0, a letter from A, or the option's text. The keys of the first record are required of all. `id` and
/// `task` are optional.
///
/// - Parameters:
///   - path: a file of JSON lines in UTF-8; blank lines are passed over.
///   - skippingBadLines: leaves bad lines out and lists them, instead of stopping at the first.
/// - Returns: the questions in the order of the file, and the lines that were left out with their reasons.
/// - Throws: `malformed` at the first bad line, unless they are skipped; a repeated id is a bad line too.
public func readChoices(
    at path: String, skippingBadLines: Bool = false
) throws(RecordError) -> (questions: [ChoiceQuestion], rejects: [RecordError]) {
    let decoder = JSONDecoder()
    var (ids, knowsShape) = (RecordIDs(), false)
    return try readRecords(at: path, skippingBadLines: skippingBadLines) { (bytes, line) throws(BadLine) in
        if !knowsShape, let key = ChoiceLine.shape {
            decoder.userInfo[key] = try ChoiceLine.Shape(of: decoder.record(RecordKeys.self, from: bytes))
            knowsShape = true
        }
        let record = try decoder.record(ChoiceLine.self, from: bytes)
        return ChoiceQuestion(
            id: try ids.id(record.id, line: line), task: record.task, line: line, prompt: record.prompt,
            options: record.options, answer: record.answer)
    }
}

/// Whether the first record of a file has options to choose from.
///
/// - Throws: if the file cannot be read. A first line that is no record is left for the reading of all to report.
public func holdsChoices(at path: String) throws(RecordError) -> Bool {
    var reader = try LineReader(path: path)
    guard let (_, bytes) = try reader.next(),
        let keys = try? JSONDecoder().record(RecordKeys.self, from: bytes)
    else { return false }
    return keys.names.contains("options") || keys.names.contains("choices")
}
