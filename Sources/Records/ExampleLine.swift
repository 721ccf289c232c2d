/// A record of one of the known shapes, as its line gives it.
struct ExampleLine: Decodable {
    let id: String?
    let task: String?
    let content: Content
    let contrast: Contrast

    private enum Key: String, CodingKey {
        case id, task, messages, conversations, prompt, completion, instruction, input, output, system,
            history, question, answer, text
        case counterfactualPrompt = "counterfactual_prompt"
        case otherCompletion = "other_completion"
    }

    /// Where the decoder finds the shape that the file's first record has.
    static let shape = CodingUserInfoKey(rawValue: "shape")

    init(from decoder: any Decoder) throws {
        let record = try decoder.container(keyedBy: Key.self)
        id = try record.decodeIfPresent(RecordID.self, forKey: .id)?.text
        task = try record.decodeIfPresent(String.self, forKey: .task)
        contrast = Contrast(
            prompt: try record.decodeIfPresent(String.self, forKey: .counterfactualPrompt),
            completion: try record.decodeIfPresent(String.self, forKey: .otherCompletion))
        let shape =
            try Self.shape.flatMap { decoder.userInfo[$0] as? ExampleShape }
            ?? ExampleShape(of: RecordKeys(from: decoder))
        switch shape {
        case .messages:
            content = .conversation(
                try turns(record.decode([Turn].self, forKey: .messages)), supervisedFrom: 0)
        case .conversations:
            let turns = try turns(record.decode([ShareGPTTurn].self, forKey: .conversations).map(\.turn))
            content = .conversation(turns, supervisedFrom: 0)
        case .promptCompletion: content = try Self.promptCompletion(record)
        case .instruction: content = try Self.instruction(record)
        case .questionAnswer:
            content = .conversation(
                [
                    Message(role: "user", content: try record.decode(String.self, forKey: .question)),
                    Message(role: "assistant", content: try record.decode(String.self, forKey: .answer)),
                ], supervisedFrom: 0)
        case .text: content = .text(try record.decode(String.self, forKey: .text))
        }
    }

    private static func promptCompletion(_ record: KeyedDecodingContainer<Key>) throws -> Content {
        let prompt = try record.decode(TextOrTurns.self, forKey: .prompt)
        let completion = try record.decode(TextOrTurns.self, forKey: .completion)
        switch (prompt, completion) {
        case (.text(let prompt), .text(let completion)):
            return .promptCompletion(prompt: prompt, completion: completion)
        case (.turns(let prompt), .turns(let completion)):
            return .conversation(prompt + completion, supervisedFrom: prompt.count)
        default:
            throw BadLine(
                reason: "of \"prompt\" and \"completion\" one is a string and the other a list of messages")
        }
    }

    /// Alpaca: the input, if any, follows the instruction after a line break; earlier turns come first.
    private static func instruction(_ record: KeyedDecodingContainer<Key>) throws -> Content {
        let input = try record.decodeIfPresent(String.self, forKey: .input) ?? ""
        let instruction = try record.decode(String.self, forKey: .instruction)
        var messages: [Message] = []
        if let system = try record.decodeIfPresent(String.self, forKey: .system), !system.isEmpty {
            messages.append(Message(role: "system", content: system))
        }
        for pair in try record.decodeIfPresent([[String]].self, forKey: .history) ?? [] {
            guard pair.count == 2 else {
                throw BadLine(reason: "\"history\" holds something other than pairs")
            }
            messages.append(Message(role: "user", content: pair[0]))
            messages.append(Message(role: "assistant", content: pair[1]))
        }
        messages.append(
            Message(role: "user", content: input.isEmpty ? instruction : "\(instruction)\n\(input)"))
        messages.append(Message(role: "assistant", content: try record.decode(String.self, forKey: .output)))
        return .conversation(messages, supervisedFrom: 0)
    }
}
