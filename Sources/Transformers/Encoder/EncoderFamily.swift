import ModelFiles

/// A family of bidirectional encoders: what its parts are called in files, and where it differs from BERT.
struct EncoderFamily: Sendable {
    /// The model types that it has in `config.json`.
    let types: [String]
    /// What stands before the names of the encoder's tensors in the files of a classifier.
    let prefix: String
    /// What stands before a layer's number.
    let layers: String
    /// The parts of a layer.
    let query, key, value, attentionOutput, attentionNorm, inner, outer, outerNorm: String
    /// Whether tokens have a type: the first text or the second.
    let hasTypes: Bool
    /// Whether the first token's position is the padding token's id plus one, as in fairseq.
    let positionsFollowPadding: Bool
    /// The two layers of a classifier on the first token's state, and what lies between them.
    let head: (dense: String, activation: HeadFunction, output: String)

    enum HeadFunction: Sendable { case tanh, relu }

    /// The families that are computed here. Source: modeling_bert, modeling_roberta and modeling_distilbert of transformers.
    static let all = [
        EncoderFamily(
            types: ["bert"], prefix: "bert.", layers: "encoder.layer.", hasTypes: true,
            positionsFollowPadding: false, head: ("bert.pooler.dense", .tanh, "classifier")),
        EncoderFamily(
            types: ["roberta", "xlm-roberta", "camembert"], prefix: "roberta.", layers: "encoder.layer.",
            hasTypes: true,
            positionsFollowPadding: true, head: ("classifier.dense", .tanh, "classifier.out_proj")),
        EncoderFamily(
            types: ["distilbert"], prefix: "distilbert.", layers: "transformer.layer.",
            query: "attention.q_lin", key: "attention.k_lin", value: "attention.v_lin",
            attentionOutput: "attention.out_lin", attentionNorm: "sa_layer_norm", inner: "ffn.lin1",
            outer: "ffn.lin2", outerNorm: "output_layer_norm", hasTypes: false,
            positionsFollowPadding: false, head: ("pre_classifier", .relu, "classifier")),
    ]

    private init(
        types: [String], prefix: String, layers: String, query: String = "attention.self.query",
        key: String = "attention.self.key", value: String = "attention.self.value",
        attentionOutput: String = "attention.output.dense",
        attentionNorm: String = "attention.output.LayerNorm", inner: String = "intermediate.dense",
        outer: String = "output.dense", outerNorm: String = "output.LayerNorm", hasTypes: Bool,
        positionsFollowPadding: Bool, head: (dense: String, activation: HeadFunction, output: String)
    ) {
        (self.types, self.prefix, self.layers) = (types, prefix, layers)
        (self.query, self.key, self.value) = (query, key, value)
        (self.attentionOutput, self.attentionNorm) = (attentionOutput, attentionNorm)
        (self.inner, self.outer, self.outerNorm) = (inner, outer, outerNorm)
        (self.hasTypes, self.positionsFollowPadding, self.head) = (hasTypes, positionsFollowPadding, head)
    }
}

/// The numbers of an encoder, under BERT's keys or DistilBERT's.
struct EncoderConfiguration: Sendable {
    let family: EncoderFamily
    let width, inner, layers, heads, vocabulary, positions, types: Int
    let epsilon: Float
    let activation: String
    let padding: Int

    private struct Keys: Decodable {
        let model_type: String?
        let hidden_size, dim, intermediate_size, hidden_dim, num_hidden_layers, n_layers: Int?
        let num_attention_heads, n_heads, vocab_size, max_position_embeddings, type_vocab_size: Int?
        let pad_token_id: Int?
        let layer_norm_eps: Float?
        let hidden_act, activation, position_embedding_type: String?
        let is_decoder: Bool?
    }

    /// - Parameter supported: the model types that are allowed.
    init(_ source: ModelSource, supported: [String]) throws(ModelError) {
        let c: Keys = try decoded(source)
        let type = c.model_type ?? "(none)"
        guard supported.contains(type),
            let family = EncoderFamily.all.first(where: { $0.types.contains(type) })
        else { throw .unsupportedFamily(path: source.path, found: type, supported: supported) }
        if let kind = c.position_embedding_type, kind != "absolute" {
            throw .unreadKey(path: source.path, key: "position_embedding_type", found: kind)
        }
        if c.is_decoder == true { throw .unreadKey(path: source.path, key: "is_decoder", found: "true") }
        func required(_ value: Int?, _ key: String) throws(ModelError) -> Int {
            guard let value else {
                throw .configuration(path: source.path, key: key, expected: "a value", found: "none")
            }
            return value
        }
        self.family = family
        width = try required(c.hidden_size ?? c.dim, "hidden_size")
        inner = try required(c.intermediate_size ?? c.hidden_dim, "intermediate_size")
        layers = try required(c.num_hidden_layers ?? c.n_layers, "num_hidden_layers")
        heads = try required(c.num_attention_heads ?? c.n_heads, "num_attention_heads")
        vocabulary = try required(c.vocab_size, "vocab_size")
        positions = try required(c.max_position_embeddings, "max_position_embeddings")
        types = family.hasTypes ? try required(c.type_vocab_size, "type_vocab_size") : 0
        epsilon = c.layer_norm_eps ?? 1e-12
        activation = c.hidden_act ?? c.activation ?? "gelu"
        padding = c.pad_token_id ?? (family.positionsFollowPadding ? 1 : 0)
        guard heads > 0, width > 0, width % heads == 0 else {
            throw .configuration(
                path: source.path, key: "num_attention_heads", expected: "a divisor of \(width)",
                found: "\(heads)")
        }
        guard (0..<positions).contains(padding) || !family.positionsFollowPadding else {
            throw .configuration(
                path: source.path, key: "pad_token_id", expected: "0 to \(positions - 1)", found: "\(padding)"
            )
        }
    }
}
