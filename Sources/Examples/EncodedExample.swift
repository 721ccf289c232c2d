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

/// Turns records into tokens.
///
/// - Prompt and completion: the prompt with the special tokens that the tokenizer adds to a text, the completion
///   without, then the end token; completion and end are supervised.
/// - Text: with special tokens, then the end token; all of it is supervised but the first token.
///
/// An example longer than the context loses tokens from the left of its prompt, never of its answer.
///
/// - Returns: the examples that can be used, and those that cannot, both in the order of the records.
public func encode(
    _ examples: [Example], with tokenizer: Tokenizer, contextLength: Int
) -> (examples: [EncodedExample], rejects: [RejectedExample]) {
    var (encoded, rejects) = ([EncodedExample](), [RejectedExample]())
    for example in examples {
        func reject(_ reason: String) {
            rejects.append(RejectedExample(id: example.id, line: example.line, reason: reason))
        }
        let (prompt, answer): ([Int32], [Int32])
        switch example.content {
        case .promptCompletion(let first, let second):
            guard !second.isEmpty else {
                reject("the completion is empty, so there is no token to supervise")
                continue
            }
            prompt = tokenizer.encode(first)
            answer = tokenizer.encode(second, addSpecialTokens: false) + (tokenizer.end.map { [$0] } ?? [])
        case .text(let text):
            guard !text.isEmpty else {
                reject("the text is empty, so there is no token to supervise")
                continue
            }
            prompt = []
            answer = tokenizer.encode(text) + (tokenizer.end.map { [$0] } ?? [])
        case .conversation:
            reject("messages need the model's chat template, which is not rendered yet; give prompt and completion")
            continue
        }
        guard answer.count <= contextLength, answer.count < contextLength || prompt.isEmpty else {
            reject("the answer alone has \(answer.count) tokens, and the model's context is \(contextLength)")
            continue
        }
        let kept = prompt.suffix(contextLength - answer.count)
        let sequence = TokenSequence(
            ids: kept + answer, supervised: kept.map { _ in false } + answer.map { _ in true })
        guard sequence.targetCount > 0 else {
            reject("it has a single token, so there is nothing to predict it from")
            continue
        }
        encoded.append(
            EncodedExample(
                id: example.id, line: example.line, sequence: sequence, cut: prompt.count - kept.count))
    }
    return (encoded, rejects)
}
