/// The tokenizer that a GGUF file carries in its metadata (`tokenizer.ggml.*`).
public struct Vocabulary: Sendable {
    /// Where a SentencePiece vocabulary wants a space that the text does not have.
    public enum SpacePrefix: Sendable {
        /// Nowhere (`tokenizer.ggml.add_space_prefix` is false: Gemma).
        case none

        /// At the start of a text that does not begin with one (Llama 2, Mistral, as transformers reads their files).
        case start

        /// Before every part of a text between tokens found in it, whatever it begins with (Phi-3).
        case everyPart
    }

    /// The kind of model (`tokenizer.ggml.model`): "gpt2", byte-level byte pairs, or "llama", SentencePiece's.
    public let model: String

    /// The tokens by id, as written in the file (`tokenizer.ggml.tokens`).
    public let tokens: [String]

    /// For each token what it is (`tokenizer.ggml.token_type`): 1 normal, 2 unknown, 3 control, 4 user defined,
    /// 5 unused, 6 byte.
    public let kinds: [Int32]

    /// The score of each token (`tokenizer.ggml.scores`); the highest merges first. Only for "llama".
    public let scores: [Float]

    /// Where a space is added. Only for "llama".
    public let spacePrefix: SpacePrefix

    /// The token for what the vocabulary cannot spell (`tokenizer.ggml.unknown_token_id`). Only for "llama".
    public let unknown: Int32?

    /// The merges by rank, each "left right" (`tokenizer.ggml.merges`).
    public let merges: [String]

    /// How text is split before merging (`tokenizer.ggml.pre`), "smollm" for example. Only for "gpt2".
    public let splitter: String

    /// The token that begins a text (`tokenizer.ggml.bos_token_id`).
    public let beginning: Int32?

    /// The token that ends a text or a turn (`tokenizer.ggml.eos_token_id`).
    public let end: Int32?

    /// The token that fills up a batch (`tokenizer.ggml.padding_token_id`).
    public let padding: Int32?

    /// Whether encoding puts `beginning` first (`tokenizer.ggml.add_bos_token`).
    public let addsBeginning: Bool

    /// Whether encoding puts `end` last (`tokenizer.ggml.add_eos_token`).
    public let addsEnd: Bool

    /// The Jinja source that turns messages into text (`tokenizer.chat_template`).
    public let chatTemplate: String?

    /// Where the rest came from, for error messages: the path of the GGUF file.
    public let source: String

    /// A vocabulary from the values of a GGUF file's keys.
    public init(
        model: String = "gpt2", tokens: [String], kinds: [Int32], scores: [Float] = [], merges: [String],
        splitter: String, spacePrefix: SpacePrefix = .start, unknown: Int32? = nil, beginning: Int32? = nil,
        end: Int32? = nil, padding: Int32? = nil, addsBeginning: Bool = false, addsEnd: Bool = false,
        chatTemplate: String? = nil,
        source: String = "GGUF vocabulary"
    ) {
        self.model = model
        self.tokens = tokens
        self.scores = scores
        self.spacePrefix = spacePrefix
        self.unknown = unknown
        self.kinds = kinds
        self.merges = merges
        self.splitter = splitter
        self.beginning = beginning
        self.end = end
        self.padding = padding
        self.addsBeginning = addsBeginning
        self.addsEnd = addsEnd
        self.chatTemplate = chatTemplate
        self.source = source
    }
}
