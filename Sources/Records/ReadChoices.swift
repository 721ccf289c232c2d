/// Reads multiple-choice questions from JSON lines or a JSON array.
///
/// A record has `prompt` (a string that options follow as they stand, or a list of messages), or `query` or `question`
/// (a string that is a user's turn, or a list of messages); `options` or `choices`, a list of strings; and `answer`: an
/// index from 0, a letter from A, or the option's text. The keys of the first record are required of all. `id` and
/// `task` are optional, and with messages `system`, `tools`, `documents`, `chat_template_kwargs` and
/// `enable_thinking`.
///
/// - Parameter path: a file in UTF-8; blank lines are passed over.
/// - Throws: `malformed` at the first bad record, unless they are skipped.
public func readChoices(
    at path: String, _ reading: RecordReading
) throws(RecordError) -> RecordFile<ChoiceQuestion> {
    var (ids, shape) = (RecordIDs(), ChoiceLine.Shape?.none)
    return try readRecords(at: path, reading) { (object, line, notes) throws(BadLine) in
        let found = if let shape { shape } else { try ChoiceLine.Shape(of: object.keys) }
        shape = found
        let record = try ChoiceLine(object, found, ignoring: reading.ignoredKeys)
        notes.add(unused: object.keys.subtracting(found.readKeys))
        let (id, isShared) = ids.id(record.id, line: line)
        if isShared { notes.addSharedID() }
        return ChoiceQuestion(
            id: id, task: record.task, line: line, prompt: record.prompt, options: record.options,
            answer: record.answer, variables: record.variables)
    }
}

/// Reads multiple-choice questions.
///
/// - Parameter skippingBadLines: leaves bad records out and lists them, instead of stopping at the first.
/// - Returns: the questions in the order of the file, and the records that were left out with their reasons.
public func readChoices(
    at path: String, skippingBadLines: Bool = false
) throws(RecordError) -> (questions: [ChoiceQuestion], rejects: [RecordError]) {
    let file = try readChoices(at: path, RecordReading(skipsBadLines: skippingBadLines))
    return (file.records, file.rejects)
}

/// Whether the first record of a file has options to choose from.
///
/// - Throws: if the file cannot be read. A first line that is no record is left for the reading of all to report.
public func holdsChoices(at path: String) throws(RecordError) -> Bool {
    var first: ArraySlice<UInt8>?
    if var elements = try ArrayReader(path: path) {
        first = try elements.next()?.bytes
    } else {
        var lines = try LineReader(path: path)
        first = try lines.next()?.bytes
    }
    guard let first, let value = try? parsedRecord(first).value,
        let object = try? RecordObject(value, halves: [])
    else { return false }
    return object.keys.contains("options") || object.keys.contains("choices")
}
