public import ChatTemplates
public import Records
public import Tokenization
public import Transformers

/// An example as the model sees it: tokens, and which of them are supervised.
public struct EncodedExample: Sendable {
    /// The record's id.
    public let id: String
    /// The record's line in its file.
    public let line: Int
    /// The tokens and their marks.
    public let sequence: TokenSequence
    /// The tokens that were cut from the left to fit the context.
    public let cut: Int
    /// The answers that were cut with the questions before them.
    public let answersCut: Int
    /// Whether a token holds the end of a prompt and the beginning of its answer.
    public let isMerged: Bool
    /// Whether the text brought the tokenizer's beginning token, which was not added again.
    public let hadBeginning: Bool
}

/// An example that nothing can be learned from, and why.
public struct RejectedExample: Sendable, CustomStringConvertible {
    /// The record's id.
    public let id: String
    /// The record's line in its file.
    public let line: Int
    /// Why it was left out.
    public let reason: String

    /// A record that cannot be used.
    public init(id: String, line: Int, reason: String) {
        (self.id, self.line, self.reason) = (id, line, reason)
    }

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

/// How records become tokens.
public struct ExampleEncoding: Sendable {
    /// Makes a reject of a conversation that the template refuses, or whose supervised tokens cannot be told, instead of
    /// stopping.
    public var skipsBadConversations: Bool
    /// The moment for templates that print the date.
    public var now: Moment

    /// Stops at a bad conversation and takes the day of today unless told.
    public init(skipsBadConversations: Bool = false, now: Moment = .now) {
        (self.skipsBadConversations, self.now) = (skipsBadConversations, now)
    }
}

/// Turns records into tokens.
///
/// - Prompt and completion: encoded together with the special tokens that the tokenizer adds to a text, then the end
///   token unless it stands there; supervised are the end and the tokens that hold text of the completion.
/// - Text: with special tokens, then the end token likewise; all of it is supervised but the first token.
/// - Conversations: rendered by the model's chat template; supervised are the assistant's turns whose weight is not 0: what
///   the template marks by `{% generation %}`, else from after the generation prompt to the token that ends the turn.
///   Where that cannot be told, the run stops, or the example is rejected, instead of guessing.
///
/// An example with a token that the model has no row for is rejected. A conversation longer than the context loses its
/// first questions with their answers; if that is not enough, and of other examples, the prompt loses tokens from its
/// left, the answer never.
///
/// - Returns: the examples that can be used, and those that cannot, both in the order of the records.
public func encode(
    _ examples: [Example], with tokenizer: Tokenizer, contextLength: Int, vocabulary: Int,
    _ encoding: ExampleEncoding = ExampleEncoding()
) throws(ExampleError) -> (examples: [EncodedExample], rejects: [RejectedExample]) {
    var (encoded, rejects) = ([EncodedExample](), [RejectedExample]())
    let encoder = ExampleEncoder(tokenizer, now: encoding.now)
    for example in examples {
        do throws(Unusable) {
            encoded.append(
                try encoder.encode(example, contextLength: contextLength, vocabulary: vocabulary))
        } catch {
            rejects.append(try error.reject(example.id, example.line, encoding))
        }
    }
    return (encoded, rejects)
}

/// Why one example cannot be used.
enum Unusable: Error {
    case reason(String)
    case conversation(ConversationError)

    /// The reject; or the error, where that ends the run.
    func reject(
        _ id: String, _ line: Int, _ encoding: ExampleEncoding
    ) throws(ExampleError) -> RejectedExample {
        switch self {
        case .reason(let reason): return RejectedExample(id: id, line: line, reason: reason)
        case .conversation(let error) where encoding.skipsBadConversations && error.isOfTheConversation:
            return RejectedExample(id: id, line: line, reason: "\(error)")
        case .conversation(let error): throw .conversation(line: line, id: id, error)
        }
    }
}

/// What is wrong with tokens of which the model does not have all.
func strangeToken(in ids: [Int32], _ vocabulary: Int) -> String? {
    ids.first { !(0..<Int32(clamping: vocabulary)).contains($0) }.map {
        "its token \($0) is none of the model's \(vocabulary); check that tokenizer and model belong together"
    }
}
