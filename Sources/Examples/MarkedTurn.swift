import JSON
import ChatTemplates
import Records

/// Where in a text a turn stands, found by rendering the conversation with a mark in what the turn says.
///
/// A mark counts only where the text without it is the conversation's own: the template must not have done anything
/// else because of it.
struct MarkedTurn {
    /// Where what the turn says begins.
    let contentStart: Int
    private let contentEnd: Int
    /// What follows what the turn says belongs to it as far as it is the same where nothing follows the turn.
    private let end: Int
    private let endsDifferently: Bool

    private static let mark = "Qx7Zk2vW9m"

    /// - Parameters:
    ///   - text: the conversation.
    ///   - end: the conversation up to the turn.
    ///   - render: renders other messages likewise.
    init(
        _ turn: Int, in messages: [Message], text: [UInt8], end: [UInt8],
        _ render: ([Message]) throws(ConversationError) -> [UInt8]
    ) throws(ConversationError) {
        /// Where the mark stands, if it changed nothing else.
        func place(of marked: Message, _ text: [UInt8], upTo count: Int) throws(ConversationError) -> Int? {
            var messages = Array(messages[..<count])
            messages[turn] = marked
            guard let rendered = try? render(messages),
                let place = lastRange(of: Array(Self.mark.utf8)[...], in: rendered[...])
            else { return nil }
            let without = rendered[..<place.lowerBound] + rendered[place.upperBound...]
            return without.elementsEqual(text) ? place.lowerBound : nil
        }
        /// The same in the conversation up to the turn, which may be all of it.
        func placeInEnd(_ marked: Message, _ inWhole: Int) throws(ConversationError) -> Int? {
            if turn == messages.count - 1 { return inWhole }
            return try place(of: marked, end, upTo: turn + 1)
        }
        for marked in Self.marked(messages[turn]) {
            guard let inWhole = try place(of: marked, text, upTo: messages.count),
                let inEnd = try placeInEnd(marked, inWhole)
            else { continue }
            let begin = try place(of: Self.markedAtStart(messages[turn]), text, upTo: messages.count)
            contentStart = min(begin ?? inWhole, inWhole)
            let shared = commonPrefix(text[inWhole...], end[inEnd...])
            (contentEnd, self.end) = (inWhole, inWhole + shared)
            endsDifferently = inEnd + shared < end.count
            return
        }
        throw .notAPrefix(turn: turn)
    }

    /// The turn, if it begins where the generation prompt ends.
    func span(from start: Int) -> TurnSpan {
        TurnSpan(range: start..<max(start, end), contentEnd: contentEnd, endsDifferently: endsDifferently)
    }

    /// The turn with a mark after what it says, in a few ways: templates may take spaces away, and say nothing where a
    /// turn only calls tools.
    private static func marked(_ message: Message) -> [Message] {
        let trimmed = String(message.content.reversed().drop(while: \.isWhitespace).reversed())
        let said = trimmed == message.content ? [trimmed] : [trimmed, message.content]
        var marked =
            trimmed.isEmpty ? [] : said.map { message.setting("content", to: .string($0 + mark)) }
        if case .array(var calls)? = message.members.last(where: { $0.key == "tool_calls" })?.value,
            let last = calls.popLast()
        {
            let call = last["function"] ?? last
            if case .string(let name)? = call["name"] {
                let named = call.setting("name", to: .string(name + mark))
                let whole = last["function"] == nil ? named : last.setting("function", to: named)
                marked.append(message.setting("tool_calls", to: .array(calls + [whole])))
            }
        }
        return marked
    }

    private static func markedAtStart(_ message: Message) -> Message {
        let trimmed = message.content.drop(while: \.isWhitespace)
        return message.setting("content", to: .string(mark + trimmed))
    }
}

extension JSONValue {
    /// The object with another value of a member.
    fileprivate func setting(_ key: String, to value: JSONValue) -> JSONValue {
        guard case .object(let members) = self else { return self }
        return .object(members.map { $0.key == key ? .init(key, value) : $0 })
    }
}
