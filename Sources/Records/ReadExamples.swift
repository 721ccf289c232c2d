/// Reads examples of any of the known shapes, from JSON lines or a JSON array.
///
/// These are, and in this order they are looked for: `messages`; ShareGPT's `conversations`; `prompt` with
/// `completion`, both strings or both lists of messages; alpaca's `instruction` with `output` and optional `input`
/// and `history`; `question` with `answer`, a user's turn and the assistant's; `text`. The shape of the first
/// record is required of all. `id` and `task` are optional, and so are `counterfactual_prompt` and `other_completion`,
/// and with messages `system`, `tools`, `documents`, `chat_template_kwargs` and `enable_thinking`. A key that would
/// change what is learned and is not among these is refused; others are listed as not used.
///
/// - Parameters:
///   - path: a file in UTF-8; blank lines are passed over.
///   - reading: how records are read: whether bad ones are left out, keys that are passed over, and how many are read.
/// - Throws: `malformed` at the first bad record, unless they are skipped.
public func readExamples(
    at path: String, _ reading: RecordReading
) throws(RecordError) -> RecordFile<Example> {
    var (ids, shape, read) = (RecordIDs(), ExampleShape?.none, Set<String>())
    return try readRecords(at: path, reading) { (object, line, notes) throws(BadLine) in
        let found = if let shape { shape } else { try ExampleShape(of: object) }
        if shape == nil { (shape, read) = (found, found.readKeys) }
        let record = try ExampleLine(object, found, ignoring: reading.ignoredKeys)
        notes.add(unused: object.keys.subtracting(read))
        let (id, isShared) = ids.id(record.id, line: line)
        if isShared { notes.addSharedID() }
        return Example(
            id: id, task: record.task, line: line, content: record.content, contrast: record.contrast,
            variables: record.variables)
    }
}

/// Reads examples of any of the known shapes.
///
/// - Parameters:
///   - path: JSON lines or a JSON array in UTF-8; blank lines are passed over.
///   - skippingBadLines: leaves bad records out and lists them, instead of stopping at the first.
/// - Returns: the examples in the order of the file, and the records that were left out with their reasons.
public func readExamples(
    at path: String, skippingBadLines: Bool = false
) throws(RecordError) -> (examples: [Example], rejects: [RecordError]) {
    let file = try readExamples(at: path, RecordReading(skipsBadLines: skippingBadLines))
    return (file.records, file.rejects)
}
