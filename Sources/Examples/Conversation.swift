public import JSON
public import ChatTemplates
import Foundation
public import Records
public import Tokenization

/// Why a conversation could not be turned into tokens.
public enum ConversationError: Error, Equatable, CustomStringConvertible {
    /// The model has no chat template.
    case noTemplate
    /// The template cannot be read.
    case unreadableTemplate(reason: String)
    /// The template refuses the conversation, or fails on it.
    case template(reason: String)
    /// What an assistant's turn says cannot be told from what it is given.
    case notAPrefix(turn: Int)

    /// One sentence for the user.
    public var description: String {
        switch self {
        case .noTemplate:
            "the model has no chat template; give prompt and completion, or a model that has one"
        case .unreadableTemplate(let reason): "the chat template cannot be read: \(reason)"
        case .template(let reason): "the chat template cannot render it: \(reason)"
        case .notAPrefix(let turn):
            "turn \(turn + 1): the template renders the conversation differently once the turn is there, and its text "
                + "is not found in it, so its tokens cannot be told from the prompt's; give one example for each "
                + "answer, as prompt and completion"
        }
    }

    /// Whether it is the conversation that is at fault, and another may do.
    var isOfTheConversation: Bool {
        switch self {
        case .noTemplate, .unreadableTemplate: false
        case .template, .notAPrefix: true
        }
    }
}

extension Moment {
    /// This moment, by the clock and in the time zone of the machine.
    public static var now: Moment {
        let now = Date()
        return Moment(
            secondsSince1970: Int(now.timeIntervalSince1970.rounded(.down)),
            secondsFromGMT: TimeZone.current.secondsFromGMT(for: now))
    }
}

/// A model's chat template, with all that transformers lets a template see.
public struct ConversationRenderer: Sendable {
    private let template: ChatTemplate
    private let toolTemplate: ChatTemplate?
    private let specialTokens: [String: JSONValue]
    private let now: Moment
    /// Whether the template reads a content in parts; else it sees the parts as one text.
    private let readsParts: Bool

    /// The renderer of a tokenizer's template.
    ///
    /// - Parameters:
    ///   - tokenizer: the model's; it has a chat template, else `noTemplate` is thrown.
    ///   - now: the moment for templates that print the date.
    public init(_ tokenizer: Tokenizer, now: Moment = .now) throws(ConversationError) {
        guard let source = tokenizer.chatTemplate ?? tokenizer.toolTemplate else { throw .noTemplate }
        do throws(TemplateError) {
            template = try ChatTemplate(source)
            toolTemplate = try tokenizer.toolTemplate.map { (source) throws(TemplateError) in
                try ChatTemplate(source)
            }
        } catch {
            throw .unreadableTemplate(reason: error.description)
        }
        specialTokens = tokenizer.specialTokens.mapValues { .string($0) }
        self.now = now
        let parts: JSONValue = ["role": "user", "content": [["type": "text", "text": "of parts"]]]
        let tried = try? template.render(
            messages: [parts], addGenerationPrompt: false, variables: specialTokens, now: now)
        readsParts =
            tried.map { $0.contains("of parts") && !$0.contains("'type'") && !$0.contains("\"type\"") }
            ?? false
    }

    /// The text of a conversation; with `addGenerationPrompt` up to where the assistant begins to speak.
    ///
    /// - Parameters:
    ///   - messages: the turns, in order.
    ///   - variables: what the template sees besides, such as `tools`.
    ///   - addGenerationPrompt: whether to go on to where the assistant begins to speak.
    public func text(
        _ messages: [Message], variables: [JSONValue.Member] = [], addGenerationPrompt: Bool
    ) throws(ConversationError) -> String {
        try rendering(messages, variables: variables, addGenerationPrompt: addGenerationPrompt).text
    }

    /// The text of a conversation, and the parts of it that the template marks as the assistant's.
    func rendering(
        _ messages: [Message], variables: [JSONValue.Member], addGenerationPrompt: Bool
    ) throws(ConversationError) -> Rendering {
        var seen = specialTokens
        for member in variables { seen[member.key] = member.value }
        let hasTools = variables.contains { $0.key == "tools" }
        do throws(TemplateError) {
            return try (hasTools ? toolTemplate ?? template : template).rendering(
                messages: messages.map { $0.seenByTemplate(inParts: readsParts) },
                addGenerationPrompt: addGenerationPrompt,
                variables: seen, now: now)
        } catch {
            throw .template(reason: error.description)
        }
    }
}

extension Tokenizer {
    /// Whether what the chat template renders depends on the date.
    public var templateAsksForDate: Bool {
        [chatTemplate, toolTemplate].contains { $0?.contains("strftime_now") ?? false }
    }
}

extension Message {
    /// The message as transformers hands it to a template: without members that are null, and with reasoning under each
    /// of the names that templates know it by.
    ///
    /// - Parameter inParts: whether the template reads a content in parts.
    fileprivate func seenByTemplate(inParts: Bool) -> JSONValue {
        var seen = members.filter { $0.value != .null }
        if !inParts, let index = seen.firstIndex(where: { $0.key == "content" }),
            case .array = seen[index].value
        {
            seen[index] = .init("content", .string(content))
        }
        let reasoning = ["reasoning_content", "thinking", "reasoning"].lazy.compactMap { key in
            seen.first { $0.key == key }?.value
        }.first
        if let reasoning {
            if !seen.contains(where: { $0.key == "thinking" }) {
                seen.insert(.init("thinking", reasoning), at: 0)
            }
            seen.removeAll { $0.key == "reasoning_content" }
            seen.append(.init("reasoning_content", reasoning))
        }
        return .object(seen)
    }
}
