import ChatTemplates
public import Records
public import Tokenizers

/// Why a conversation could not be turned into tokens.
public enum ConversationError: Error, Equatable, CustomStringConvertible {
    /// The model has no chat template.
    case noTemplate
    /// The template cannot be read, or refuses the conversation.
    case template(reason: String)
    /// What comes before an assistant's turn is not how the whole begins, so what is supervised cannot be told.
    case notAPrefix(turn: Int)

    /// One sentence for the user.
    public var description: String {
        switch self {
        case .noTemplate:
            "the model has no chat template; give prompt and completion, or a model that has one"
        case .template(let reason): "the chat template cannot render it: \(reason)"
        case .notAPrefix(let turn):
            "turn \(turn + 1): the template renders what comes before it differently once the turn is there, so its "
                + "tokens cannot be told from the prompt's; give one example for each answer, as prompt and completion"
        }
    }
}

/// A model's chat template, with the variables that templates expect.
public struct ConversationRenderer: Sendable {
    private let template: ChatTemplate
    private let variables: [String: JSONValue]

    /// The renderer of a tokenizer's template.
    public init(_ tokenizer: Tokenizer) throws(ConversationError) {
        guard let source = tokenizer.chatTemplate else { throw .noTemplate }
        do throws(TemplateError) {
            template = try ChatTemplate(source)
        } catch {
            throw .template(reason: error.description)
        }
        variables = [
            "bos_token": .string(tokenizer.beginning.map(tokenizer.token) ?? ""),
            "eos_token": .string(tokenizer.end.map(tokenizer.token) ?? ""),
        ]
    }

    /// The text of a conversation; with `addGenerationPrompt` up to where the assistant begins to speak.
    public func text(_ messages: [Message], addGenerationPrompt: Bool) throws(ConversationError) -> String {
        do throws(TemplateError) {
            return try template.render(
                messages: messages.map { ["role": .string($0.role), "content": .string($0.content)] },
                addGenerationPrompt: addGenerationPrompt, variables: variables)
        } catch {
            throw .template(reason: error.description)
        }
    }

    /// The tokens of a conversation and their marks: supervised are the assistant's turns from `first` on, from after
    /// the generation prompt to the token that ends the turn.
    func tokens(
        of messages: [Message], supervisedFrom first: Int, _ tokenizer: Tokenizer
    ) throws(ConversationError) -> (ids: [Int32], supervised: [Bool]) {
        let whole = tokenizer.encode(try text(messages, addGenerationPrompt: false), addSpecialTokens: false)
        var supervised = [Bool](repeating: false, count: whole.count)
        for turn in messages.indices where turn >= first && messages[turn].role == "assistant" {
            let before = Array(messages[..<turn])
            let start = tokenizer.encode(try text(before, addGenerationPrompt: true), addSpecialTokens: false)
            let end = tokenizer.encode(
                try text(before + [messages[turn]], addGenerationPrompt: false), addSpecialTokens: false)
            guard end.starts(with: start), whole.starts(with: end) else { throw .notAPrefix(turn: turn) }
            let answer = start.count..<end.count
            let last = answer.last { tokenizer.isSpecial(whole[$0]) } ?? end.count - 1
            for position in answer where position <= last { supervised[position] = true }
        }
        return (whole, supervised)
    }
}
