public import JSON

/// One turn of a conversation.
public struct Message: Hashable, Sendable {
    /// Who speaks: "system", "user", "assistant", "tool".
    public let role: String

    /// What is said; of a content in parts, their texts together.
    public let content: String

    /// The message as its record has it: what the chat template sees.
    public let members: [JSONValue.Member]

    /// Whether the turn is learned where it is the assistant's: not if its weight is 0.
    public let isLearned: Bool

    /// A turn.
    public init(role: String, content: String) {
        (self.role, self.content, isLearned) = (role, content, true)
        members = [.init("role", .string(role)), .init("content", .string(content))]
    }

    init(role: String, content: String, members: [JSONValue.Member], isLearned: Bool) {
        (self.role, self.content, self.members, self.isLearned) = (role, content, members, isLearned)
    }

    /// The same turn with the weight 1.
    public var learned: Message {
        Message(role: role, content: content, members: members, isLearned: true)
    }

    /// The turn with another value of a member; what it says is taken from `content`, a string.
    public func setting(_ key: String, to value: JSONValue) -> Message {
        var members = members
        if let index = members.firstIndex(where: { $0.key == key }) {
            members[index] = .init(key, value)
        } else {
            members.append(.init(key, value))
        }
        var content = content
        if key == "content", case .string(let string) = value { content = string }
        return Message(role: role, content: content, members: members, isLearned: isLearned)
    }
}

extension Message: Codable {
    /// Reads a message from a record; from another decoder role and content alone.
    public init(from decoder: any Decoder) throws {
        if let decoder = decoder as? ValueDecoder {
            self = try Turn(RecordObject(decoder.value, halves: decoder.halves, at: decoder.codingPath))
                .message
        } else {
            let turn = try decoder.container(keyedBy: Place.self)
            self.init(
                role: try turn.decode(String.self, forKey: Place("role")),
                content: try turn.decode(String.self, forKey: Place("content")))
        }
    }

    /// Writes the message as its record had it.
    public func encode(to encoder: any Encoder) throws { try JSONValue.object(members).encode(to: encoder) }
}
