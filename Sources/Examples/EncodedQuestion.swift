public import Records
public import Tokenizers
public import Transformers

/// A multiple-choice question as the model sees it.
public struct EncodedQuestion: Sendable {
    /// The record's id.
    public let id: String
    /// The record's line in its file.
    public let line: Int
    /// The prompt and each option, as tokens; an option has no end token.
    public let continuations: Continuations
    /// The options as text.
    public let options: [String]
    /// The index of the right option.
    public let answer: Int
    /// The tokens that were cut from the left of the prompt to fit the context.
    public let cut: Int

    /// A question of these tokens.
    public init(
        id: String, line: Int, continuations: Continuations, options: [String], answer: Int, cut: Int
    ) {
        precondition(
            options.count == continuations.options.count && options.indices.contains(answer),
            "\(options.count) options, \(continuations.options.count) as tokens, answer \(answer)")
        (self.id, self.line, self.continuations) = (id, line, continuations)
        (self.options, self.answer, self.cut) = (options, answer, cut)
    }
}

/// Turns multiple-choice questions into tokens, an option as `encode(_:with:contextLength:vocabulary:)` turns an
/// answer, without the token that ends it.
///
/// A prompt that leaves too little of the context for the longest option loses tokens from its left, the same for all
/// options.
///
/// - Returns: the questions that can be used, and those that cannot, both in the order of the records.
public func encode(
    _ questions: [ChoiceQuestion], with tokenizer: Tokenizer, contextLength: Int, vocabulary: Int
) throws(ExampleError) -> (questions: [EncodedQuestion], rejects: [RejectedExample]) {
    var (encoded, rejects) = ([EncodedQuestion](), [RejectedExample]())
    var renderer: ConversationRenderer?
    for question in questions {
        var (prompt, options, reason) = ([Int32](), [[Int32]](), String?.none)
        for option in question.options.indices {
            let (ids, supervised) = try tokens(of: question.example(option), tokenizer, &renderer)
            let first = supervised.firstIndex(of: true) ?? ids.count
            let last = supervised.lastIndex(of: true).map { tokenizer.isSpecial(ids[$0]) ? $0 : $0 + 1 }
            prompt = Array(ids[..<first])
            options.append(Array(ids[first..<max(first, last ?? first)]))
            reason = reason ?? strangeToken(in: prompt + options[option], vocabulary)
        }
        let longest = options.map(\.count).max() ?? 0
        if prompt.isEmpty { reason = reason ?? "its prompt is empty, and this model begins with no token" }
        if options.contains([]) { reason = reason ?? "an option has no tokens, so it has no probability" }
        if longest >= contextLength {
            reason =
                reason ?? "an option alone has \(longest) tokens, and the model's context is \(contextLength)"
        }
        if let reason {
            rejects.append(RejectedExample(id: question.id, line: question.line, reason: reason))
            continue
        }
        let cut = max(0, prompt.count + longest - contextLength)
        encoded.append(
            EncodedQuestion(
                id: question.id, line: question.line,
                continuations: Continuations(prompt: Array(prompt[cut...]), options: options),
                options: question.options, answer: question.answer, cut: cut))
    }
    return (encoded, rejects)
}

extension ChoiceQuestion {
    /// The example that has an option as its answer.
    fileprivate func example(_ option: Int) -> Example {
        let content: Content =
            switch prompt {
            case .text(let prompt): .promptCompletion(prompt: prompt, completion: options[option])
            case .conversation(let messages):
                .conversation(
                    messages + [Message(role: "assistant", content: options[option])],
                    supervisedFrom: messages.count)
            }
        return Example(id: id, line: line, content: content)
    }
}
