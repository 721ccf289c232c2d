/// A turn of `messages`. What a message may hold besides its text is refused, as dropping it would change the text.
struct Turn: Decodable {
    let message: Message

    private enum Key: String, CodingKey { case role, content, toolCalls = "tool_calls" }

    init(from decoder: any Decoder) throws {
        let turn = try decoder.container(keyedBy: Key.self)
        if turn.contains(.toolCalls), try !turn.decodeNil(forKey: .toolCalls) {
            throw BadLine(reason: "a message has \"tool_calls\", which are not supported")
        }
        message = Message(
            role: try turn.decode(String.self, forKey: .role),
            content: try turn.decode(String.self, forKey: .content))
    }

    init(_ message: Message) { self.message = message }
}

/// A turn of `conversations`.
struct ShareGPTTurn: Decodable {
    let turn: Turn

    private enum Key: String, CodingKey { case from, value }

    private static let roles = [
        "human": "user", "user": "user", "gpt": "assistant", "assistant": "assistant", "system": "system",
    ]

    init(from decoder: any Decoder) throws {
        let turn = try decoder.container(keyedBy: Key.self)
        let speaker = try turn.decode(String.self, forKey: .from)
        guard let role = Self.roles[speaker] else {
            throw BadLine(
                reason: "a turn is from \"\(speaker)\"; expected human, user, gpt, assistant or system")
        }
        self.turn = Turn(Message(role: role, content: try turn.decode(String.self, forKey: .value)))
    }
}

/// A prompt or a completion in either of its two forms.
enum TextOrTurns: Decodable {
    case text(String)
    case turns([Message])

    init(from decoder: any Decoder) throws {
        if let text = try? decoder.singleValueContainer().decode(String.self) {
            self = .text(text)
        } else {
            self = .turns(try Records.turns(decoder.singleValueContainer().decode([Turn].self)))
        }
    }
}

/// The messages of turns, of which there must be some.
func turns(_ turns: [Turn]) throws -> [Message] {
    if turns.isEmpty { throw BadLine(reason: "a list of messages is empty") }
    return turns.map(\.message)
}
