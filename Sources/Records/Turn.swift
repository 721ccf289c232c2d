import JSON

/// A turn of `messages`. All that the message has reaches the chat template; what says which turns are learned is
/// understood or refused.
struct Turn {
    let message: Message

    init(_ turn: RecordObject) throws(BadLine) {
        let role = try turn.string("role")
        let content = try Self.text(of: turn)
        try turn.requireCharacters()
        message = Message(
            role: role, content: content, members: turn.members,
            isLearned: try isLearned(turn, isAssistant: role == "assistant"))
    }

    /// The text of a content: a string, parts that are texts, or nothing beside calls of tools.
    private static func text(of turn: RecordObject) throws(BadLine) -> String {
        if turn["content"] ?? .null == .null, turn.filled("tool_calls") != nil { return "" }
        guard case .array(let parts)? = turn["content"] else { return try turn.string("content") }
        try turn.requireCharacters("content")
        var texts: [String] = []
        for part in parts {
            guard case .string(let text)? = part["text"], part["type"] ?? "text" == "text" else {
                var found = part.kind
                if case .string(let type)? = part["type"] { found = "one of type \"\(type)\"" }
                throw BadLine(
                    reason:
                        "the content of a message has a part that is no text: found \(found); models of text read "
                        + "texts alone")
            }
            texts.append(text)
        }
        return texts.joined(separator: "\n")
    }
}

/// Whether a turn is learned, by the keys that say so in files of OpenAI, Fireworks, Together, ms-swift and axolotl.
private func isLearned(_ turn: RecordObject, isAssistant: Bool) throws(BadLine) -> Bool {
    var isLearned = true
    for key in ["weight", "loss", "loss_scale", "train"] {
        switch turn[key] {
        case nil, .null: continue
        case .bool(false), .int(0), .double(0): isLearned = false
        case .bool(true), .int(1), .double(1):
            if !isAssistant {
                throw BadLine(
                    reason:
                        "a turn that is not the assistant's has \"\(key)\" set; only the assistant's turns are "
                        + "learned; leave it out",
                    field: key)
            }
        default:
            throw BadLine(
                reason:
                    "a message has \"\(key)\" that is neither 0 nor 1, and turns are learned wholly or not at all; "
                    + "give one of these, or leave it out",
                field: key)
        }
    }
    for key in ["train_detail", "training_detail", "loss_mask", "mask", "labels", "function_call", "images"]
    where turn.filled(key) != nil {
        throw notUnderstood(key, of: "a message")
    }
    return isLearned
}

/// The refusal of a key that would change what is learned.
func notUnderstood(_ key: String, of owner: String) -> BadLine {
    BadLine(
        reason:
            "\(owner) has \"\(key)\", which would change what is learned and is not supported; leave it out",
        field: key)
}

/// A turn of `conversations`, as ShareGPT and LLaMA-Factory write it.
struct ShareGPTTurn {
    let turn: Turn

    private static let roles = [
        "human": "user", "user": "user", "gpt": "assistant", "assistant": "assistant", "chatgpt": "assistant",
        "bot": "assistant", "model": "assistant", "system": "system", "observation": "tool", "tool": "tool",
        "function_call": "assistant",
    ]

    init(_ turn: RecordObject) throws(BadLine) {
        if turn["from"] == nil, turn["role"] != nil {
            self.turn = try Turn(turn)
            return
        }
        try turn.requireCharacters()
        let (speaker, value) = (try turn.string("from"), try turn.string("value"))
        guard let role = Self.roles[speaker] else {
            throw BadLine(
                reason:
                    "a turn is from \"\(speaker)\"; expected human, user, gpt, assistant, system, function_call or "
                    + "observation")
        }
        var members: [JSONValue.Member] = [.init("role", .string(role))]
        if speaker == "function_call" {
            members += [.init("content", ""), .init("tool_calls", try calls(in: value))]
        } else {
            members.append(.init("content", .string(value)))
        }
        members += turn.members.filter { !["from", "value", "role", "content"].contains($0.key) }
        self.turn = try Turn(RecordObject(.object(members), halves: []))
    }
}

/// The calls of a `function_call` turn: an object with name and arguments, or a list of such.
private func calls(in value: String) throws(BadLine) -> JSONValue {
    let parsed = try? JSONValue(parsing: ArraySlice(value.utf8), .python)
    let calls: [JSONValue] = if case .array(let calls)? = parsed { calls } else { [parsed ?? .null] }
    guard !calls.isEmpty, calls.allSatisfy({ $0["name"] != nil && $0["arguments"] != nil }) else {
        throw BadLine(
            reason:
                "a turn from \"function_call\" is not a JSON object with name and arguments, or a list of these"
        )
    }
    return .array(calls.map { ["type": "function", "function": $0] })
}

/// A prompt or a completion in either of its two forms.
enum TextOrTurns {
    case text(String)
    case turns([Message])

    init(_ record: RecordObject, _ key: String, ignoring ignored: Set<String>) throws(BadLine) {
        switch try record.required(key) {
        case .string: self = .text(try record.string(key))
        case .array: self = .turns(try messages(record, key, ignoring: ignored))
        case let other: throw record.mismatch(key, other, "a string or a list of messages")
        }
    }
}

/// The messages of a member, of which there must be some.
func messages(
    _ record: RecordObject, _ key: String, ignoring ignored: Set<String>
) throws(BadLine) -> [Message] {
    try record.objects(key).map { (turn) throws(BadLine) in try Turn(turn.leavingOut(ignored)).message }
}
