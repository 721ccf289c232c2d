/// Where a model keeps its vocabulary.
public enum TokenizerSource: Sendable {
    /// A `tokenizer.json` at this path, which may be absent; `tokenizer_config.json` and `chat_template.jinja`, if
    /// any, are beside it.
    case tokenizerJSON(path: String)
    /// The arrays inside a GGUF file.
    case gguf(GGUFVocabulary)
}

/// The `tokenizer.*` metadata of a GGUF file.
public struct GGUFVocabulary: Sendable, Equatable {
    /// `tokenizer.ggml.model`: `gpt2` for byte-level pairs, `llama` for SentencePiece.
    public let model: String
    /// `tokenizer.ggml.pre`: the name of the rule that splits text before merging.
    public let pre: String?
    /// The tokens in order of their ids, as the file spells them.
    public let tokens: [String]
    /// The kind of each token: 1 normal, 2 unknown, 3 control, 4 user-defined, 5 unused, 6 byte.
    /// Where the file has none, 3 for the tokens that it names by id, else 1.
    public let kinds: [Int]
    /// The merges in order of rank, each "left right". Empty if absent.
    public let merges: [String]
    /// A score for each token, in SentencePiece vocabularies.
    public let scores: [Float]?
    /// Ids of special tokens.
    public let bos: Int?, eos: Int?, unknown: Int?, padding: Int?
    /// Ids of the tokens that end a text, a turn (`eot`) or a message to a tool (`eom`), those that there are.
    public let ends: [Int]
    /// Whether a text is given these tokens and a leading space; nil where the file leaves it to the model's kind.
    public let addsBOS: Bool?, addsEOS: Bool?, addsSpacePrefix: Bool?
    /// The chat template, Jinja.
    public let chatTemplate: String?
}
