public import JSON

/// Two answers to one prompt, of which one is preferred, as a line of a file gives them.
public struct Preference: Hashable, Sendable {
    /// The record's own `id`, or its line number.
    public let id: String
    /// The record's `task`, if it has one.
    public let task: String?
    /// The line in the file, counted from 1.
    public let line: Int
    /// The prompt with the chosen answer, which alone is supervised.
    public let chosen: Content
    /// The prompt with the rejected answer, which alone is supervised.
    public let rejected: Content
    /// What the chat template sees besides the messages.
    public let variables: [JSONValue.Member]

    /// A preference.
    public init(
        id: String, task: String? = nil, line: Int, chosen: Content, rejected: Content,
        variables: [JSONValue.Member] = []
    ) {
        (self.id, self.task, self.line) = (id, task, line)
        (self.chosen, self.rejected, self.variables) = (chosen, rejected, variables)
    }
}

/// Reads preferences from JSON lines or a JSON array.
///
/// A record has `chosen` and `rejected`: strings that `prompt`, a string, goes before; or lists of messages, either after
/// those of `prompt`, or both beginning with the same turns, which are the prompt. `id` and `task` are optional, and with
/// messages `system`, `tools`, `documents`, `chat_template_kwargs` and `enable_thinking`.
///
/// - Parameters:
///   - path: a file in UTF-8; blank lines are passed over.
///   - reading: how records are read: whether bad ones are left out, keys that are passed over, and how many are read.
/// - Throws: `malformed` at the first bad record, unless they are skipped.
public func readPreferences(
    at path: String, _ reading: RecordReading = RecordReading()
) throws(RecordError) -> RecordFile<Preference> {
    var ids = RecordIDs()
    return try readRecords(at: path, reading) { (object, line, notes) throws(BadLine) in
        let record = try PreferenceLine(object, ignoring: reading.ignoredKeys)
        notes.add(unused: object.keys.subtracting(PreferenceLine.readKeys))
        let (id, isShared) = ids.id(labelText(object["id"]), line: line)
        if isShared { notes.addSharedID() }
        return Preference(
            id: id, task: labelText(object["task"]), line: line, chosen: record.chosen,
            rejected: record.rejected, variables: record.variables)
    }
}

/// Whether the first record of a file has a chosen and a rejected answer.
///
/// - Throws: if the file cannot be read. A first line that is no record is left for the reading of all to report.
public func holdsPreferences(at path: String) throws(RecordError) -> Bool {
    try firstKeys(at: path).isSuperset(of: PreferenceLine.answers)
}
