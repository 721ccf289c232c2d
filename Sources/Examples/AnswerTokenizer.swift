public import ChatTemplates
import Records
public import Tokenization
public import Transformers

/// Turns a user's turn and answers of the assistant into a prompt and its continuations.
///
/// Where the model has a chat template, the prompt is the rendered turn up to where the assistant begins to speak, and an
/// answer is what it says, without the token that ends its turn. Where there is none, the prompt is the turn and a line
/// break.
public struct AnswerTokenizer: Sendable {
    /// The model's tokenizer.
    public let tokenizer: Tokenizer
    /// The tokens that end an answer.
    public let ends: Set<Int32>
    private let renderer: ConversationRenderer?

    /// Whether turns are rendered by a chat template.
    public var usesTemplate: Bool { renderer != nil }

    /// Answers for the model of a tokenizer.
    ///
    /// - Parameters:
    ///   - tokenizer: the model's, with its chat template if it has one.
    ///   - ends: the tokens that end an answer; nil for those that the tokenizer and its template name.
    ///   - now: the moment for templates that print the date.
    public init(
        _ tokenizer: Tokenizer, ends: Set<Int32>? = nil, now: Moment = .now
    ) throws(ConversationError) {
        self.tokenizer = tokenizer
        self.ends = ends ?? tokenizer.ends(named: [])
        renderer = tokenizer.chatTemplate == nil ? nil : try ConversationRenderer(tokenizer, now: now)
    }

    /// The tokens of a user's turn, up to where the assistant begins to speak.
    public func prompt(_ turn: String) throws(ConversationError) -> [Int32] {
        guard let renderer else { return tokenizer.promptTokens(turn + "\n") }
        let text = try renderer.text([Message(role: "user", content: turn)], addGenerationPrompt: true)
        return tokenizer.encode(text, addSpecialTokens: false)
    }

    /// The tokens of a user's turn, and of each answer to it; no answer may be empty.
    ///
    /// Each is encoded with the turn, as one text.
    public func continuations(
        of turn: String, answers: [String]
    ) throws(ConversationError) -> Continuations {
        var wholes: [(ids: [Int32], answer: Int)] = []
        for answer in answers {
            let whole = try tokens(of: answer, after: turn)
            guard whole.answer < whole.ids.count else {
                throw .template(reason: "it drops the answer \"\(answer)\"")
            }
            wholes.append(whole)
        }
        let (prompt, options) = partedAlike(wholes)
        return Continuations(prompt: prompt, options: options)
    }

    private func tokens(
        of answer: String, after turn: String
    ) throws(ConversationError) -> (ids: [Int32], answer: Int) {
        guard let renderer else {
            let both = TextWithAnswer(turn + "\n", answer, ended: false, tokenizer)
            return (both.ids, both.answer)
        }
        let messages = [Message(role: "user", content: turn), Message(role: "assistant", content: answer)]
        let whole = try renderer.tokens(of: messages, variables: [], supervisedFrom: 1, tokenizer)
        guard let first = whole.supervised.firstIndex(of: true) else { return (whole.ids, whole.ids.count) }
        let spoken = first..<(whole.supervised.lastIndex(of: true) ?? first) + 1
        guard spoken.contains(where: { tokenizer.isSpecial(whole.ids[$0]) }) else {
            return (Array(whole.ids[..<spoken.upperBound]), first)
        }
        let last = spoken.last { !tokenizer.isSpecial(whole.ids[$0]) && !isBlank(whole.ids[$0]) }
        return (Array(whole.ids[..<(last.map { $0 + 1 } ?? first)]), first)
    }

    private func isBlank(_ id: Int32) -> Bool {
        tokenizer.bytes(of: id).allSatisfy { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
    }
}
