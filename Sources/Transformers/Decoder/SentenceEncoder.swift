import Foundation
public import Kernels
public import ModelFiles
public import Tensor

/// A BERT sentence encoder with mean pooling, such as all-MiniLM-L6-v2.
///
/// - Source: Devlin et al. 2019; Reimers and Gurevych 2019 for the mean.
public struct SentenceEncoder: Sendable, Weighted {
    private var words: Weight
    private var places: Weight
    private var kinds: Weight
    private var norm: Norm
    private var layers: [EncoderLayer]
    /// The longest text, in tokens.
    public let contextLength: Int
    /// The width of an embedding.
    public var dModel: Int { words.shape.matrix.columns }

    private struct Configuration: Decodable {
        let model_type: String?
        let hidden_size: Int
        let intermediate_size: Int
        let num_hidden_layers: Int
        let num_attention_heads: Int
        let vocab_size: Int
        let max_position_embeddings: Int
        let type_vocab_size: Int
        let layer_norm_eps: Float
        let hidden_act: String?
    }

    /// The encoder whose files are open.
    public init(_ source: ModelSource) throws(ModelError) {
        try requireBounded(source)
        let c: Configuration = try decoded(source)
        guard c.model_type == "bert" else {
            throw .unsupportedFamily(path: source.path, found: c.model_type ?? "(none)", supported: ["bert"])
        }
        guard c.num_attention_heads > 0, c.hidden_size > 0, c.hidden_size % c.num_attention_heads == 0 else {
            throw .configuration(
                path: source.path, key: "num_attention_heads", expected: "a divisor of \(c.hidden_size)",
                found: "\(c.num_attention_heads)")
        }
        let activation = try Activation(named: c.hidden_act ?? "gelu", path: source.path)
        words = .absent([c.vocab_size, c.hidden_size])
        places = .absent([c.max_position_embeddings, c.hidden_size])
        kinds = .absent([c.type_vocab_size, c.hidden_size])
        norm = Norm(
            "embeddings.LayerNorm", .layer(hasBias: true), width: c.hidden_size, epsilon: c.layer_norm_eps)
        contextLength = c.max_position_embeddings
        layers = (0..<c.num_hidden_layers).map { _ in
            EncoderLayer(
                width: c.hidden_size, inner: c.intermediate_size, heads: c.num_attention_heads,
                activation: activation,
                epsilon: c.layer_norm_eps)
        }
        let prefix = source.tensors["bert.embeddings.word_embeddings.weight"] == nil ? "" : "bert."
        try load(source, prefix: prefix) {
            $0.hasPrefix("pooler.") || $0.hasSuffix("position_ids") || $0.hasPrefix("cls.")
        }
    }

    /// The last hidden state, before pooling: [position, dModel] for packed texts.
    public func hidden(_ ids: [Int32], _ packing: Packing) -> Tensor {
        let positions = packing.sequences.flatMap { rows in rows.map { Int32($0 - rows.lowerBound) } }
        var x = Tensor.embedding(words, ids) + Tensor.embedding(places, positions)
        x = norm(x + Tensor.embedding(kinds, ids.map { _ in 0 }))
        for layer in layers { x = layer(x, packing) }
        return x
    }

    /// The embedding of each text, normalized to length 1: [text][dModel].
    ///
    /// - Parameter texts: Tokens with the markers that the tokenizer adds, each text at least one.
    public func embeddings(_ texts: [[Int32]]) -> [[Float]] {
        let packing = Packing(lengths: texts.map(\.count))
        let x = hidden(texts.flatMap { $0 }, packing).elements
        return packing.sequences.map { rows in
            let sum = sumOfRows(
                Array(x[rows.lowerBound * dModel..<rows.upperBound * dModel]), rowLength: dModel)
            return scaled(sum, by: 1 / max(dot(sum, sum).squareRoot(), 1e-12))
        }
    }

    /// Embeddings, then layers.
    public mutating func visitWeights<Failure: Error>(
        _ visit: (String, inout Weight) throws(Failure) -> Void
    ) throws(Failure) {
        try visit("embeddings.word_embeddings.weight", &words)
        try visit("embeddings.position_embeddings.weight", &places)
        try visit("embeddings.token_type_embeddings.weight", &kinds)
        try norm.visitWeights(visit)
        for index in layers.indices {
            try layers[index].visitWeights { (name, weight) throws(Failure) in
                try visit("encoder.layer.\(index).\(name)", &weight)
            }
        }
    }
}

/// A bidirectional layer with post-norm.
private struct EncoderLayer: Sendable, Weighted {
    var query: Projection
    var key: Projection
    var value: Projection
    var output: Projection
    var attentionNorm: Norm
    var feedForward: FeedForward
    var feedForwardNorm: Norm
    let heads: Int

    init(width d: Int, inner: Int, heads: Int, activation: Activation, epsilon: Float) {
        self.heads = heads
        query = Projection("attention.self.query", from: d, to: d, hasBias: true)
        key = Projection("attention.self.key", from: d, to: d, hasBias: true)
        value = Projection("attention.self.value", from: d, to: d, hasBias: true)
        output = Projection("attention.output.dense", from: d, to: d, hasBias: true)
        attentionNorm = Norm("attention.output.LayerNorm", .layer(hasBias: true), width: d, epsilon: epsilon)
        feedForward = FeedForward(
            entry: .plain(Projection("intermediate.dense", from: d, to: inner, hasBias: true)),
            down: Projection("output.dense", from: inner, to: d, hasBias: true), activation: activation)
        feedForwardNorm = Norm("output.LayerNorm", .layer(hasBias: true), width: d, epsilon: epsilon)
    }

    func callAsFunction(_ x: Tensor, _ packing: Packing) -> Tensor {
        let (rows, d) = x.shape.matrix
        let shape = AttentionShape(
            heads: heads, keyValueHeads: heads, dHead: d / heads, scale: 1 / Float(d / heads).squareRoot(),
            queries: packing, keys: packing, masks: packing.sequences.map { _ in .full })
        let split: Shape = [rows, heads, d / heads]
        let z = Tensor.attention(
            query(x).reshaped(split), key(x).reshaped(split), value(x).reshaped(split), shape)
        let middle = attentionNorm(x + output(z.reshaped([rows, d])))
        return feedForwardNorm(middle + feedForward(middle))
    }

    mutating func visitWeights<Failure: Error>(
        _ visit: (String, inout Weight) throws(Failure) -> Void
    ) throws(Failure) {
        try query.visitWeights(visit)
        try key.visitWeights(visit)
        try value.visitWeights(visit)
        try output.visitWeights(visit)
        try attentionNorm.visitWeights(visit)
        try feedForward.visitWeights(visit)
        try feedForwardNorm.visitWeights(visit)
    }
}
