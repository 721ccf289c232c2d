/// The tokenizer that a GGUF file carries in its metadata (`tokenizer.ggml.*`).
public struct Vocabulary: Sendable {
    /// The tokens by id, as written in the file (`tokenizer.ggml.tokens`).
    public let tokens: [String]

    /// For each token what it is (`tokenizer.ggml.token_type`): 1 normal, 2 unknown, 3 control, 4 user defined,
    /// 5 unused, 6 byte.
    public let kinds: [Int32]

    /// The merges by rank, each "left right" (`tokenizer.ggml.merges`).
    public let merges: [String]

    /// How text is split before merging (`tokenizer.ggml.pre`), "smollm" for example.
    public let splitter: String

    /// The token that begins a text (`tokenizer.ggml.bos_token_id`).
    public let beginning: Int32?

    /// The token that ends a text or a turn (`tokenizer.ggml.eos_token_id`).
    public let end: Int32?

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
        tokens: [String], kinds: [Int32], merges: [String], splitter: String, beginning: Int32? = nil,
        end: Int32? = nil, addsBeginning: Bool = false, addsEnd: Bool = false, chatTemplate: String? = nil,
        source: String = "GGUF vocabulary"
    ) {
        self.tokens = tokens
        self.kinds = kinds
        self.merges = merges
        self.splitter = splitter
        self.beginning = beginning
        self.end = end
        self.addsBeginning = addsBeginning
        self.addsEnd = addsEnd
        self.chatTemplate = chatTemplate
        self.source = source
    }
}
