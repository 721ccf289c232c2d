import Kernels
import ModelFiles
import Tensor

/// Embeddings and bidirectional layers of a BERT, RoBERTa or DistilBERT.
///
/// - Source: Devlin et al. 2019; Liu et al. 2019; Sanh et al. 2019.
struct TextEncoder: Sendable, Weighted {
    private var words: Weight
    private var places: Weight
    private var kinds: Weight?  // of tokens
    private var norm: Norm
    private var layers: [EncoderLayer]
    private let configuration: EncoderConfiguration
    /// The longest text, in tokens.
    let contextLength: Int

    var family: EncoderFamily { configuration.family }
    var width: Int { configuration.width }

    /// An encoder without weights.
    init(_ c: EncoderConfiguration, path: String) throws(ModelError) {
        let activation = try Activation(named: c.activation, path: path)
        words = .absent([c.vocabulary, c.width])
        places = .absent([c.positions, c.width])
        kinds = c.family.hasTypes ? .absent([c.types, c.width]) : nil
        norm = Norm("embeddings.LayerNorm", .layer(hasBias: true), width: c.width, epsilon: c.epsilon)
        layers = (0..<c.layers).map { _ in EncoderLayer(c, activation) }
        configuration = c
        contextLength = c.positions - (c.family.positionsFollowPadding ? c.padding + 1 : 0)
    }

    /// The last hidden state: [position, width] for packed texts.
    ///
    /// - Parameter types: 0 for tokens of the first text, 1 for those of the second.
    func hidden(_ ids: [Int32], types: [Int32], _ packing: Packing) -> Tensor {
        var x = Tensor.embedding(words, ids) + Tensor.embedding(places, positions(ids, packing))
        if let kinds {
            x = x + Tensor.embedding(kinds, types.map { min($0, Int32(configuration.types) - 1) })
        }
        x = norm(x)
        for layer in layers { x = layer(x, packing) }
        return x
    }

    /// Counted from 0 in each text; or, where positions follow the padding token's id, from the one after it, and a padding
    /// token inside a text has that of padding.
    private func positions(_ ids: [Int32], _ packing: Packing) -> [Int32] {
        guard family.positionsFollowPadding else {
            return packing.sequences.flatMap { rows in rows.map { Int32($0 - rows.lowerBound) } }
        }
        let padding = Int32(configuration.padding)
        return packing.sequences.flatMap { rows in
            var last = padding
            return rows.map { row in
                if ids[row] == padding { return padding }
                last += 1
                return last
            }
        }
    }

    /// Embeddings, then layers.
    mutating func visitWeights<Failure: Error>(
        _ visit: (String, inout Weight) throws(Failure) -> Void
    ) throws(Failure) {
        try visit("embeddings.word_embeddings.weight", &words)
        try visit("embeddings.position_embeddings.weight", &places)
        if var kinds {
            try visit("embeddings.token_type_embeddings.weight", &kinds)
            self.kinds = kinds
        }
        try norm.visitWeights(visit)
        for index in layers.indices {
            try layers[index].visitWeights { (name, weight) throws(Failure) in
                try visit("\(configuration.family.layers)\(index).\(name)", &weight)
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

    init(_ c: EncoderConfiguration, _ activation: Activation) {
        let (names, d) = (c.family, c.width)
        heads = c.heads
        query = Projection(names.query, from: d, to: d, hasBias: true)
        key = Projection(names.key, from: d, to: d, hasBias: true)
        value = Projection(names.value, from: d, to: d, hasBias: true)
        output = Projection(names.attentionOutput, from: d, to: d, hasBias: true)
        attentionNorm = Norm(names.attentionNorm, .layer(hasBias: true), width: d, epsilon: c.epsilon)
        feedForward = FeedForward(
            entry: .plain(Projection(names.inner, from: d, to: c.inner, hasBias: true)),
            down: Projection(names.outer, from: c.inner, to: d, hasBias: true), activation: activation)
        feedForwardNorm = Norm(names.outerNorm, .layer(hasBias: true), width: d, epsilon: c.epsilon)
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
