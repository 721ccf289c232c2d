public import Records
public import Tokenization
public import Transformers

/// A multiple-choice question as the model sees it.
public struct EncodedQuestion: Sendable {
    /// The record's id.
    public let id: String
    /// The record's line in its file.
    public let line: Int
    /// The record's language, where it names one.
    public let language: String?
    /// The prompt and each option, as tokens; an option has no end token.
    public let continuations: Continuations
    /// The options as text.
    public let options: [String]
    /// The index of the right option.
    public let answer: Int
    /// The tokens that were cut from the left of the prompt to fit the context.
    public let cut: Int
    /// Whether a token holds the end of the prompt and the beginning of an option.
    public let isMerged: Bool

    /// A question of these tokens.
    public init(
        id: String, line: Int, language: String? = nil, continuations: Continuations, options: [String],
        answer: Int, cut: Int, isMerged: Bool = false
    ) {
        precondition(
            options.count == continuations.options.count && options.indices.contains(answer),
            "\(options.count) options, \(continuations.options.count) as tokens, answer \(answer)")
        (self.id, self.line, self.language, self.continuations) = (id, line, language, continuations)
        (self.options, self.answer, self.cut, self.isMerged) = (options, answer, cut, isMerged)
    }
}

/// Turns multiple-choice questions into tokens, an option as `encode(_:with:contextLength:vocabulary:)` turns an
/// answer, without the token that ends it. Where a token holds the end of the prompt and the beginning of an option, the
/// prompt ends before it, for all options alike.
///
/// A prompt that leaves too little of the context for the longest option loses tokens from its left, the same for all
/// options.
///
/// - Returns: the questions that can be used, and those that cannot, both in the order of the records.
public func encode(
    _ questions: [ChoiceQuestion], with tokenizer: Tokenizer, contextLength: Int, vocabulary: Int,
    _ encoding: ExampleEncoding = ExampleEncoding()
) throws(ExampleError) -> (questions: [EncodedQuestion], rejects: [RejectedExample]) {
    var (encoded, rejects) = ([EncodedQuestion](), [RejectedExample]())
    let encoder = ExampleEncoder(tokenizer, now: encoding.now)
    for question in questions {
        let (prompt, options, isMerged): ([Int32], [[Int32]], Bool)
        do throws(Unusable) {
            (prompt, options, isMerged) = try encoder.parted(question)
        } catch {
            rejects.append(try error.reject(question.id, question.line, encoding))
            continue
        }
        var reason = strangeToken(in: prompt + options.joined(), vocabulary)
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
                id: question.id, line: question.line, language: question.language,
                continuations: Continuations(prompt: Array(prompt[cut...]), options: options),
                options: question.options, answer: question.answer, cut: cut, isMerged: isMerged))
    }
    return (encoded, rejects)
}

extension ExampleEncoder {
    /// A question's prompt and its options, as tokens.
    fileprivate func parted(
        _ question: ChoiceQuestion
    ) throws(Unusable) -> (prompt: [Int32], options: [[Int32]], isMerged: Bool) {
        var (wholes, isMerged) = ([(ids: [Int32], answer: Int)](), false)
        for option in question.options.indices {
            let tokens = try tokens(of: question.example(option))
            let first = tokens.supervised.firstIndex(of: true) ?? tokens.ids.count
            let last = tokens.supervised.lastIndex(of: true).map {
                tokenizer.isSpecial(tokens.ids[$0]) ? $0 : $0 + 1
            }
            wholes.append((Array(tokens.ids[..<max(first, last ?? first)]), first))
            isMerged = isMerged || tokens.isMerged
        }
        let (prompt, options) = partedAlike(wholes)
        return (prompt, options, isMerged)
    }
}

/// Parts prompts from what follows them at the same place, which all have before it the same tokens.
///
/// - Parameter wholes: the tokens of prompt and answer, and where the answer begins.
func partedAlike(_ wholes: [(ids: [Int32], answer: Int)]) -> (prompt: [Int32], options: [[Int32]]) {
    var prompt = wholes.first.map { $0.ids[..<$0.answer] } ?? []
    for whole in wholes.dropFirst() {
        prompt = prompt[..<zip(prompt, whole.ids[..<whole.answer]).prefix { $0 == $1 }.count]
    }
    return (Array(prompt), wholes.map { Array($0.ids[prompt.count...]) })
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
        return Example(id: id, line: line, content: content, variables: variables)
    }
}
