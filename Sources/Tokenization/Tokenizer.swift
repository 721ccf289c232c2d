import Foundation

/// Text to token ids and back, with the ids that the reference gives.
///
/// Text passes through these stages: added tokens are cut out, the rest is normalized, split into words, and each
/// word made tokens of on its own, by byte pairs, a unigram model or word pieces. A tokenizer never changes; any
/// number of tasks may use one.
public struct Tokenizer: Sendable {
    /// One more than the highest id. A model may have more rows than that, for padding.
    public let count: Int

    /// The token that begins a text, if the model has one.
    public let beginning: Int32?

    /// The token that ends a text or a turn, if the model has one.
    public let end: Int32?

    /// The Jinja source that turns messages into text, if the model has one.
    public let chatTemplate: String?

    /// The source for conversations with tools, where the model has one of its own.
    public let toolTemplate: String?

    /// The special tokens by role ("bos_token", "eos_token", "pad_token", …), as text: what a chat template sees.
    public let specialTokens: [String: String]

    /// What the user should know of how this tokenizer runs, a sentence each; none as a rule.
    public let notes: [String]

    let tokens: TokenTable
    let plainBytes: ByteStrings  // by id: the bytes that each token stands for
    let special: [Bool]  // by id
    let rawSearch: AddedTokenSearch
    let normalizedSearch: AddedTokenSearch
    let normalizer: Normalizer
    let preTokenizer: PreTokenizer
    let model: Model
    let decoder: TokenDecoder
    let postProcessor: PostProcessor

    /// The tokens that encoding puts before a text, and after it.
    public var surroundings: (before: [Int32], after: [Int32]) { (postProcessor.before, postProcessor.after) }

    /// The bytes that a token stands for inside a text, for output as it comes; empty for an id outside the
    /// vocabulary.
    ///
    /// A character may be spread over tokens: only together are the bytes UTF-8. What a decoder does to the beginning
    /// of a text, such as taking a space away, is left out.
    public func bytes(of id: Int32) -> [UInt8] {
        id >= 0 && id < count ? [UInt8](plainBytes[Int(id)]) : []
    }

    /// Whether the token is a marker, such as the end of a turn, and no part of a text.
    public func isSpecial(_ id: Int32) -> Bool { id >= 0 && id < count && special[Int(id)] }

    /// The token as the vocabulary file writes it; empty for an id outside the vocabulary.
    public func token(_ id: Int32) -> String { String(decoding: tokens[id], as: UTF8.self) }

    /// The id of a token as the vocabulary file writes it.
    public func id(of token: String) -> Int32? { tokens.id(of: [UInt8](token.utf8)) }

    /// The text of ids.
    ///
    /// - Parameters:
    ///   - ids: ids outside the vocabulary are left out, as in the reference.
    ///   - skipSpecialTokens: leaves out markers.
    /// - Returns: the text; bytes that are not UTF-8 become U+FFFD.
    public func decode(_ ids: some Sequence<Int32>, skipSpecialTokens: Bool = false) -> String {
        let ids = ids.filter { tokens.contains($0) && !(skipSpecialTokens && special[Int($0)]) }
        if !decoder.isByteLevel {
            return String(decoding: decoder.bytes(of: ids.map { [UInt8](tokens[$0]) }), as: UTF8.self)
        }
        var bytes: [UInt8] = []
        for id in ids { bytes.append(contentsOf: plainBytes[Int(id)]) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
