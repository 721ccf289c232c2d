public import Records
public import Tokenization
public import Transformers

/// An example whose answer a model is to give itself.
public struct AnswerPrompt: Sendable {
    /// The record's id.
    public let id: String
    /// The record's line in its file.
    public let line: Int
    /// What the model is given.
    public let prompt: [Int32]
    /// What the record has for an answer.
    public let reference: String
    /// The prompt with that answer, which is supervised.
    public let sequence: TokenSequence
    /// The token that ends the answer, if one does.
    public let end: Int32?
    /// The tokens that were cut from the left of the prompt to fit the context.
    public let cut: Int
    /// Whether a token holds the end of the prompt and the beginning of the answer.
    public let isMerged: Bool
}

/// Takes the last answer off examples: a completion, or the assistant's last turn.
///
/// Prompt and answer are tokens as `encode(_:with:contextLength:vocabulary:)` makes them. A prompt loses tokens from its
/// left where it leaves less of the context than `room` tokens, or than the answer has.
///
/// - Parameters:
///   - examples: Records of which each ends in an answer; others are rejected.
///   - tokenizer: The model's.
///   - contextLength: The most tokens of prompt and answer together.
///   - vocabulary: Rows of the model's embedding: an example with a token beyond them is rejected.
///   - room: Tokens that are to be generated at most; less than `contextLength`.
///   - encoding: The moment for templates, and whether a bad conversation is rejected or thrown.
/// - Returns: the prompts that can be used, and the examples that cannot, both in the order of the records.
public func answerPrompts(
    of examples: [Example], with tokenizer: Tokenizer, contextLength: Int, vocabulary: Int, room: Int,
    _ encoding: ExampleEncoding = ExampleEncoding()
) throws(ExampleError) -> (prompts: [AnswerPrompt], rejects: [RejectedExample]) {
    precondition(room < contextLength, "\(room) new tokens in a context of \(contextLength)")
    var (prompts, rejects) = ([AnswerPrompt](), [RejectedExample]())
    let encoder = ExampleEncoder(tokenizer, now: encoding.now)
    for example in examples {
        func reject(_ reason: String) {
            rejects.append(RejectedExample(id: example.id, line: example.line, reason: reason))
        }
        guard let (single, reference) = example.endingInAnswer else {
            reject("it does not end in an answer: a completion, or an assistant's turn")
            continue
        }
        let tokens: ExampleEncoder.Tokens
        do throws(Unusable) {
            tokens = try encoder.tokens(of: single)
        } catch {
            rejects.append(try error.reject(example.id, example.line, encoding))
            continue
        }
        let (ids, supervised) = (tokens.ids, tokens.supervised)
        guard let first = supervised.firstIndex(of: true), let last = supervised.lastIndex(of: true) else {
            reject("its answer is empty")
            continue
        }
        let answer = last + 1 - first
        guard first > 0 else {
            reject("its prompt is empty, and this model begins with no token")
            continue
        }
        if let reason = strangeToken(in: ids, vocabulary) {
            reject(reason)
            continue
        }
        guard answer < contextLength else {
            reject("the answer alone has \(answer) tokens, and the model's context is \(contextLength)")
            continue
        }
        let cut = max(0, first + max(answer, room) - contextLength)
        prompts.append(
            AnswerPrompt(
                id: example.id, line: example.line, prompt: Array(ids[cut..<first]), reference: reference,
                sequence: TokenSequence(
                    ids: Array(ids[cut...last]), supervised: Array(supervised[cut...last])),
                end: tokenizer.isSpecial(ids[last]) ? ids[last] : nil, cut: cut, isMerged: tokens.isMerged))
    }
    return (prompts, rejects)
}

extension Example {
    /// The example with its last answer alone supervised, whatever its weight, and that answer; nil where it ends in none.
    fileprivate var endingInAnswer: (Example, String)? {
        switch content {
        case .promptCompletion(_, let completion): return (self, completion)
        case .conversation(let messages, _):
            guard let last = messages.last, last.role == "assistant" else { return nil }
            let content = Content.conversation(
                messages.dropLast() + [last.learned], supervisedFrom: messages.count - 1)
            let example = Example(id: id, task: task, line: line, content: content, variables: variables)
            return (example, last.content)
        case .text: return nil
        }
    }
}
