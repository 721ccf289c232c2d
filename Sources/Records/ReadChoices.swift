/// Reads multiple-choice questions from JSON lines or a JSON array.
///
/// A record has `prompt` (a string that options follow as they stand, or a list of messages), or `query` or `question`
/// (a string that is a user's turn, or a list of messages); `options` or `choices`, a list of strings; and `answer`: an
/// index from 0, a letter from A, or the option's text. The keys of the first record are required of all. `id`,
/// `task` and `lang` are optional, and with messages `system`, `tools`, `documents`, `chat_template_kwargs` and
/// `enable_thinking`.
///
/// - Parameters:
///   - path: a file in UTF-8; blank lines are passed over.
///   - reading: how records are read: whether bad ones are left out, keys that are passed over, and how many are read.
/// - Throws: `malformed` at the first bad record, unless they are skipped.
public func readChoices(
    at path: String, _ reading: RecordReading = RecordReading()
) throws(RecordError) -> RecordFile<ChoiceQuestion> {
    var (ids, shape, read) = (RecordIDs(), ChoiceLine.Shape?.none, Set<String>())
    return try readRecords(at: path, reading) { (object, line, notes) throws(BadLine) in
        let found = if let shape { shape } else { try ChoiceLine.Shape(of: object.keys) }
        if shape == nil { (shape, read) = (found, found.readKeys) }
        let record = try ChoiceLine(object, found, ignoring: reading.ignoredKeys)
        notes.add(unused: object.keys.subtracting(read))
        let (id, isShared) = ids.id(record.id, line: line)
        if isShared { notes.addSharedID() }
        return ChoiceQuestion(
            id: id, task: record.task, language: record.language, line: line, prompt: record.prompt,
            options: record.options,
            answer: record.answer, variables: record.variables)
    }
}

/// Whether the first record of a file has options to choose from.
///
/// - Throws: if the file cannot be read. A first line that is no record is left for the reading of all to report.
public func holdsChoices(at path: String) throws(RecordError) -> Bool {
    try !firstKeys(at: path).isDisjoint(with: ["options", "choices"])
}

/// The keys of the first record of a file; none where that is no record.
func firstKeys(at path: String) throws(RecordError) -> Set<String> {
    var texts = try RecordTexts(path: path)
    guard let first = try texts.next()?.bytes, let value = try? parsedRecord(first).value,
        let object = try? RecordObject(value, halves: [])
    else { return [] }
    return object.keys
}
