import Records
public import Tokenizers
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
    /// - Parameter ends: the tokens that end an answer; nil for those that the tokenizer and its template name.
    public init(_ tokenizer: Tokenizer, ends: Set<Int32>? = nil) throws(ConversationError) {
        self.tokenizer = tokenizer
        self.ends = ends ?? tokenizer.ends(named: [])
        renderer = tokenizer.chatTemplate == nil ? nil : try ConversationRenderer(tokenizer)
    }

    /// The tokens of a user's turn, up to where the assistant begins to speak.
    public func prompt(_ turn: String) throws(ConversationError) -> [Int32] {
        guard let renderer else { return tokenizer.encode(turn + "\n") }
        let text = try renderer.text([Message(role: "user", content: turn)], addGenerationPrompt: true)
        return tokenizer.encode(text, addSpecialTokens: false)
    }

    /// The tokens of a user's turn, and of each answer to it; no answer may be empty.
    ///
    /// That what comes before an answer is how the whole begins is checked for each.
    public func continuations(
        of turn: String, answers: [String]
    ) throws(ConversationError) -> Continuations {
        let start = try prompt(turn)
        var options: [[Int32]] = []
        for answer in answers {
            let ids = try tokens(of: answer, after: start, turn: turn)
            guard !ids.isEmpty else { throw .template(reason: "it drops the answer \"\(answer)\"") }
            options.append(ids)
        }
        return Continuations(prompt: start, options: options)
    }

    private func tokens(
        of answer: String, after start: [Int32], turn: String
    ) throws(ConversationError) -> [Int32] {
        guard let renderer else { return tokenizer.encode(answer, addSpecialTokens: false) }
        let messages = [Message(role: "user", content: turn), Message(role: "assistant", content: answer)]
        let whole = tokenizer.encode(
            try renderer.text(messages, addGenerationPrompt: false), addSpecialTokens: false)
        guard whole.starts(with: start) else { throw .notAPrefix(turn: 1) }
        let spoken = whole[start.count...]
        guard spoken.contains(where: tokenizer.isSpecial) else { return Array(spoken) }
        let last = spoken.lastIndex { !tokenizer.isSpecial($0) && !isBlank($0) }
        return last.map { Array(spoken[...$0]) } ?? []
    }

    private func isBlank(_ id: Int32) -> Bool {
        tokenizer.bytes(of: id).allSatisfy { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
    }
}
