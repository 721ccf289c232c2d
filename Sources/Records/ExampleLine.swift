import JSON

/// A record of one of the known shapes.
struct ExampleLine {
    let id: String?
    let task: String?
    let content: Content
    let contrast: Contrast
    let variables: [JSONValue.Member]

    /// - Parameter ignored: keys of records and messages that are passed over.
    init(_ record: RecordObject, _ shape: ExampleShape, ignoring ignored: Set<String>) throws(BadLine) {
        (id, task) = (labelText(record["id"]), labelText(record["task"]))
        contrast = Contrast(
            prompt: try record.stringIfPresent("counterfactual_prompt"),
            completion: try record.stringIfPresent("other_completion"))
        try requireUnderstood(record)
        switch shape {
        case .messages:
            content = .conversation(
                try withSystem(of: record, messages(record, "messages", ignoring: ignored)), supervisedFrom: 0
            )
        case .conversations:
            let turns = try record.objects("conversations").map { (turn) throws(BadLine) in
                try ShareGPTTurn(turn.leavingOut(ignored)).turn.message
            }
            content = .conversation(try withSystem(of: record, turns), supervisedFrom: 0)
        case .promptCompletion: content = try Self.promptCompletion(record, ignoring: ignored)
        case .instruction: content = try Self.instruction(record)
        case .questionAnswer:
            let turns = [
                Message(role: "user", content: try record.string("question")),
                Message(role: "assistant", content: try record.string("answer")),
            ]
            content = .conversation(try withSystem(of: record, turns), supervisedFrom: 0)
        case .text: content = .text(try record.string("text"))
        }
        if case .conversation = content {
            variables = try TemplateVariables(record).members
        } else {
            variables = []
            try requireNoTemplateKeys(record)
        }
    }

    private static func promptCompletion(
        _ record: RecordObject, ignoring ignored: Set<String>
    ) throws(BadLine) -> Content {
        let prompt = try TextOrTurns(record, "prompt", ignoring: ignored)
        let completion = try TextOrTurns(record, "completion", ignoring: ignored)
        switch (prompt, completion) {
        case (.text(let prompt), .text(let completion)):
            return .promptCompletion(prompt: prompt, completion: completion)
        case (.turns(let prompt), .turns(let completion)):
            let before = try withSystem(of: record, prompt)
            return .conversation(before + completion, supervisedFrom: before.count)
        default:
            throw BadLine(
                reason: "of \"prompt\" and \"completion\" one is a string and the other a list of messages")
        }
    }

    /// Alpaca: the input, if any, follows the instruction after a line break; earlier turns come first.
    private static func instruction(_ record: RecordObject) throws(BadLine) -> Content {
        let input = try record.stringIfPresent("input") ?? ""
        let instruction = try record.string("instruction")
        var turns: [Message] = []
        if let history = record.filled("history") {
            guard case .array(let pairs) = history else {
                throw record.mismatch("history", history, "a list of pairs")
            }
            try record.requireCharacters("history")
            for pair in pairs {
                guard case .array(let both) = pair, both.count == 2,
                    case (.string(let asked), .string(let said)) = (both[0], both[1])
                else { throw BadLine(reason: "\"history\" holds something other than pairs of strings") }
                turns.append(Message(role: "user", content: asked))
                turns.append(Message(role: "assistant", content: said))
            }
        }
        turns.append(
            Message(role: "user", content: input.isEmpty ? instruction : "\(instruction)\n\(input)"))
        turns.append(Message(role: "assistant", content: try record.string("output")))
        return .conversation(try withSystem(of: record, turns), supervisedFrom: 0)
    }
}

/// The messages after the record's `system`, if it has one; a conversation that begins with its own keeps that.
func withSystem(of record: RecordObject, _ messages: [Message]) throws(BadLine) -> [Message] {
    guard let system = try record.stringIfPresent("system"), !system.isEmpty else { return messages }
    guard let first = messages.first, first.role == "system" else {
        return [Message(role: "system", content: system)] + messages
    }
    if first.content == system { return messages }
    throw BadLine(
        reason:
            "\"system\" says something else than the system's turn among the messages; leave one out",
        field: "system")
}

/// Refuses what only a chat template could show, beside plain text.
func requireNoTemplateKeys(_ record: RecordObject) throws(BadLine) {
    for key in TemplateVariables.keys.union(["system"]).sorted() where record.filled(key) != nil {
        throw BadLine(
            reason:
                "\"\(key)\" goes with messages, and here is plain text, which no chat template renders; "
                + "give messages, or leave it out",
            field: key)
    }
}

/// Refuses what would change what is learned and is not supported, unless it says nothing.
func requireUnderstood(_ record: RecordObject) throws(BadLine) {
    for key in [
        "labels", "input_ids", "attention_mask", "completion_mask", "assistant_masks", "loss_mask", "mask",
        "image", "images", "video", "videos", "audio", "audios", "objects", "functions", "function_call",
        "chat_template",
    ] where record.filled(key) != nil { throw notUnderstood(key, of: "the record") }
    for key in ["weight", "loss_weight", "sample_weight"] {
        switch record[key] {
        case nil, .null, .int(1), .double(1), .bool(true): continue
        default:
            throw BadLine(
                reason:
                    "the record has \"\(key)\" that is not 1, and all examples count alike; leave it out",
                field: key)
        }
    }
}

/// What a column that labels a record says: a string, or a number or truth value as its digits; nil for anything else.
func labelText(_ value: JSONValue?) -> String? {
    switch value {
    case .string(let string): string
    case .int(let number): "\(number)"
    case .double(let number): "\(number)"
    case .bool(let bool): "\(bool)"
    case nil, .null, .array, .object: nil
    }
}
