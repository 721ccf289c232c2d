public import JSON

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
    /// What the chat template sees besides the turns.
    public let variables: [JSONValue.Member]
    /// `label`, `group` and `lang`, where the record has them; numbers and truth values as text.
    public let label, group, language: String?
    /// `split`, where it was asked for and the record has it.
    public let split: String?
}

extension StateRecord {
    /// A prompt that is a string.
    public init(id: String, line: Int, prompt: String) {
        self.init(
            id: id, line: line, content: .prompt(prompt), variables: [], label: nil, group: nil,
            language: nil,
            split: nil)
    }

    /// Whether it is a prompt that is a string.
    public var isBarePrompt: Bool { if case .prompt = content { true } else { false } }

    /// The record with its prompt or text as what a user says, for the chat template; turns as they are.
    public var asChat: StateRecord {
        let text: String
        switch content {
        case .prompt(let own), .text(let own): text = own
        case .turns: return self
        }
        return StateRecord(
            id: id, line: line, content: .turns([Message(role: "user", content: text)]), variables: variables,
            label: label, group: group, language: language, split: split)
    }
}

/// Reads records with `prompt` (a string or messages), `messages` or `text`; an answer, a `completion` or the assistant's
/// turn that `messages` end with, may be there and is not read;
/// with messages `system`, `tools`, `documents`, `chat_template_kwargs` and `enable_thinking` are optional.
///
/// - Parameters:
///   - path: JSON lines or a JSON array in UTF-8; blank lines are passed over.
///   - reading: how records are read: whether bad ones are left out, keys that are passed over, and how many are read.
///   - splits: whether `split` is read, which says to what part of the data a record belongs.
/// - Throws: `malformed` at the first bad record, unless they are skipped.
public func readStateRecords(
    at path: String, _ reading: RecordReading = RecordReading(), splits: Bool = false
) throws(RecordError) -> RecordFile<StateRecord> {
    var ids = RecordIDs()
    let read = TemplateVariables.keys.union([
        "id", "system", "prompt", "messages", "text", "label", "group", "lang",
    ]).union(splits ? ["split"] : [])
    return try readRecords(at: path, reading) { (record, line, notes) throws(BadLine) in
        try requireUnderstood(record)
        notes.add(unused: record.keys.subtracting(read))
        let (id, isShared) = ids.id(labelText(record["id"]), line: line)
        if isShared { notes.addSharedID() }
        let content = try content(of: record, reading.ignoredKeys)
        let variables: [JSONValue.Member]
        if case .turns = content {
            variables = try TemplateVariables(record).members
        } else {
            variables = []
            try requireNoTemplateKeys(record)
        }
        return StateRecord(
            id: id, line: line, content: content, variables: variables,
            label: labelText(record["label"]), group: labelText(record["group"]),
            language: labelText(record["lang"]), split: splits ? labelText(record["split"]) : nil)
    }
}

/// What the model reads of a record.
private func content(
    of record: RecordObject, _ ignored: Set<String>
) throws(BadLine) -> StateRecord.Content {
    for key in ["prompt", "messages"] where record[key] != nil {
        switch try TextOrTurns(record, key, ignoring: ignored) {
        case .text(let text) where key == "prompt": return .prompt(text)
        case .text: throw record.mismatch(key, record[key] ?? .null, "a list of messages")
        case .turns(var turns):
            // As in training data, messages end with the answer.
            if key == "messages", turns.count > 1, turns.last?.role == "assistant" { turns.removeLast() }
            return .turns(try withSystem(of: record, turns))
        }
    }
    guard record["text"] != nil else { throw BadLine(reason: "expected prompt, messages or text") }
    return .text(try record.string("text"))
}
