/// Text to token ids and back: byte-level byte pair encoding.
public struct Tokenizer: Sendable {
    /// One more than the highest id.
    public let count: Int

    /// The token that begins a text, if the model has one.
    public let beginning: Int32?

    /// The token that ends a text or a turn, if the model has one.
    public let end: Int32?

    /// The Jinja source that turns messages into text, if the model has one.
    public let chatTemplate: String?

    /// Reads `tokenizer.json`, and `tokenizer_config.json`, `chat_template.jinja` beside it where they exist.
    ///
    /// - Parameter path: the file, or the folder that holds it.
    public init(tokenizerJSON path: String) throws(TokenizerError) { fatalError("in work") }

    /// Makes the tokenizer that a GGUF file describes.
    public init(_ vocabulary: Vocabulary) throws(TokenizerError) { fatalError("in work") }

    /// The ids of a text.
    public func encode(_ text: String, addSpecialTokens: Bool = true) -> [Int32] { fatalError("in work") }

    /// The text of ids. Bytes that are not UTF-8 become U+FFFD; ids outside the vocabulary are left out.
    public func decode(_ ids: some Sequence<Int32>, skipSpecialTokens: Bool = false) -> String {
        fatalError("in work")
    }

    /// The bytes that a token stands for, for streaming; empty for an id outside the vocabulary.
    public func bytes(of id: Int32) -> [UInt8] { fatalError("in work") }

    /// Whether the token is special: a marker such as the end of a turn, never a part of a text.
    public func isSpecial(_ id: Int32) -> Bool { fatalError("in work") }

    /// The token as the vocabulary file writes it; empty for an id outside the vocabulary.
    public func token(_ id: Int32) -> String { fatalError("in work") }

    /// The id of a token as the vocabulary file writes it.
    public func id(of token: String) -> Int32? { fatalError("in work") }
}
