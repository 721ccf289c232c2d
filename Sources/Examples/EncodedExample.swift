public import Records
public import Tokenizers
public import Transformers

/// An example as the model sees it: tokens, and which of them are supervised.
public struct EncodedExample: Sendable {
    /// The record's id.
    public let id: String
    /// The record's line in its file.
    public let line: Int
    /// The tokens and their marks.
    public let sequence: TokenSequence
    /// The tokens that were cut from the left of the prompt to fit the context.
    public let cut: Int
}

/// An example that nothing can be learned from, and why.
public struct RejectedExample: Sendable, CustomStringConvertible {
    /// The record's id.
    public let id: String
    /// The record's line in its file.
    public let line: Int
    /// Why it was left out.
    public let reason: String

    /// One sentence for the user.
    public var description: String { "line \(line) (id \(id)): \(reason)." }
}

/// Why records could not be turned into tokens at all.
public enum ExampleError: Error, Equatable, CustomStringConvertible {
    /// A conversation whose supervised tokens cannot be told.
    case conversation(line: Int, id: String, ConversationError)

    /// One sentence for the user.
    public var description: String {
        switch self {
        case .conversation(let line, let id, let error): "line \(line) (id \(id)): \(error)."
        }
    }
}

/// Turns records into tokens.
///
/// - Prompt and completion: the prompt with the special tokens that the tokenizer adds to a text, the completion
///   without, then the end token; completion and end are supervised.
/// - Text: with special tokens, then the end token; all of it is supervised but the first token.
/// - Conversations: rendered by the model's chat template; supervised are the assistant's turns, from after the
///   generation prompt to the token that ends the turn. That what comes before a turn is how the whole begins is
///   checked for each; where it is not, the run stops instead of guessing.
///
/// An example with a token that the model has no row for is rejected. An example longer than the context loses tokens from the left of its prompt, never of its answer.
///
/// - Returns: the examples that can be used, and those that cannot, both in the order of the records.
public func encode(
    _ examples: [Example], with tokenizer: Tokenizer, contextLength: Int, vocabulary: Int
) throws(ExampleError) -> (examples: [EncodedExample], rejects: [RejectedExample]) {
    var (encoded, rejects) = ([EncodedExample](), [RejectedExample]())
    var renderer: ConversationRenderer?
    for example in examples {
        let (ids, supervised) = try tokens(of: example, tokenizer, &renderer)
        guard let first = supervised.firstIndex(of: true), ids.count > 1 else {
            rejects.append(
                RejectedExample(
                    id: example.id, line: example.line,
                    reason: "its answer is empty, so there is no token to supervise"))
            continue
        }
        if let reason = strangeToken(in: ids, vocabulary) {
            rejects.append(RejectedExample(id: example.id, line: example.line, reason: reason))
            continue
        }
        let cut = max(0, ids.count - contextLength)
        guard cut == 0 || cut < first else {
            rejects.append(
                RejectedExample(
                    id: example.id, line: example.line,
                    reason: "the answer alone has \(ids.count - first) tokens, and the model's context is "
                        + "\(contextLength)"))
            continue
        }
        encoded.append(
            EncodedExample(
                id: example.id, line: example.line,
                sequence: TokenSequence(ids: Array(ids[cut...]), supervised: Array(supervised[cut...])),
                cut: cut))
    }
    return (encoded, rejects)
}

/// What is wrong with tokens of which the model does not have all.
func strangeToken(in ids: [Int32], _ vocabulary: Int) -> String? {
    ids.first { !(0..<Int32(clamping: vocabulary)).contains($0) }.map {
        "its token \($0) is none of the model's \(vocabulary); check that tokenizer and model belong together"
    }
}

/// All tokens of an example, however many, and their marks; none are marked where the answer is empty.
func tokens(
    of example: Example, _ tokenizer: Tokenizer, _ renderer: inout ConversationRenderer?
) throws(ExampleError) -> (ids: [Int32], supervised: [Bool]) {
    let end = tokenizer.end.map { [$0] } ?? []
    switch example.content {
    case .promptCompletion(let prompt, let completion):
        let before = tokenizer.encode(prompt)
        let answer = completion.isEmpty ? [] : tokenizer.encode(completion, addSpecialTokens: false) + end
        return (before + answer, before.map { _ in false } + answer.map { _ in true })
    case .text(let text):
        let ids = text.isEmpty ? [] : tokenizer.encode(text) + end
        return (ids, ids.map { _ in true })
    case .conversation(let messages, let first):
        do throws(ConversationError) {
            let ready = if let renderer { renderer } else { try ConversationRenderer(tokenizer) }
            renderer = ready
            return try ready.tokens(of: messages, supervisedFrom: first, tokenizer)
        } catch {
            throw .conversation(line: example.line, id: example.id, error)
        }
    }
}
