import Kernels
public import Tensor

/// A causal language model: embedding, blocks, norm, logits.
public struct Decoder: Sendable, Weighted {
    /// Ids to vectors: [vocabulary, dModel]. Also the head of the model, where that is tied.
    public var embedding: Weight
    /// The layers.
    public var blocks: [Block]
    /// Before the head of the model.
    public var norm: RMSNorm
    /// Vectors to logits: [vocabulary, dModel]; nil where the embedding serves.
    public var head: Weight?
    /// The longest sequence the model was made for.
    public let contextLength: Int
    let frequencies: [Float]  // of the rotary pairs

    /// The number of layers.
    public var layers: Int { blocks.count }
    /// Query heads of a layer.
    public var heads: Int { blocks[0].attention.heads }
    /// Key/value heads of a layer.
    public var keyValueHeads: Int { blocks[0].attention.keyValueHeads }
    /// The width of a head.
    public var dHead: Int { blocks[0].attention.dHead }
    /// The width of the stream.
    public var dModel: Int { embedding.shape.matrix.columns }
    /// The width of the feed-forward layers.
    public var dMLP: Int { blocks[0].feedForward.gate.weight.shape.matrix.rows }
    /// The number of tokens that have logits.
    public var vocabulary: Int { embedding.shape.matrix.rows }
    /// What turns the normed stream into logits: [vocabulary, dModel].
    public var unembedding: Weight { head ?? embedding }

    /// The normed stream at some rows of a batch: [row, dModel].
    ///
    /// The last layer computes nothing for other rows past its attention, unless the tap looks there.
    public func hidden(_ batch: Batch, rows: [Int], tap: Tap = .none) -> Tensor {
        var cache: KeyValueCache?
        let pass = Pass(
            queries: batch.packing, positions: batch.positions, rotary: rotary(for: batch.positions), tap: tap)
        let looksPast = !tap.kinds.isDisjoint(
            with: [.attentionOutput, .residualMiddle, .feedForwardOutput, .residualFinal])
        var x = Tensor.embedding(embedding, batch.ids)
        for layer in blocks.indices {
            let needed = layer == layers - 1 && !looksPast ? rows : nil
            x = blocks[layer](x, layer: layer, pass, rows: needed, cache: &cache)
        }
        x = tap(.residualFinal, layer: layers, x)
        return norm(looksPast ? x.rows(rows) : x)
    }

    /// −log p of each supervised token of a batch, in nats: [target].
    public func tokenLosses(_ batch: Batch, tap: Tap = .none) -> Tensor {
        hidden(batch, rows: batch.predicting, tap: tap).crossEntropy(unembedding, targets: batch.targets)
    }

    /// The logits at some rows of a batch: [row, vocabulary].
    public func logits(_ batch: Batch, rows: [Int], tap: Tap = .none) -> Tensor {
        hidden(batch, rows: rows, tap: tap).linear(unembedding)
    }

    /// The logits that follow a sequence's next tokens, given those in the cache: [vocabulary].
    public func logits(next ids: [Int32], _ cache: inout KeyValueCache) -> Tensor {
        let positions = ids.indices.map { Int32(cache.positions + $0) }
        let pass = Pass(
            queries: Packing(lengths: [ids.count]), positions: positions, rotary: rotary(for: positions), tap: .none)
        var kept: KeyValueCache? = cache
        cache = KeyValueCache(layers: 0)  // so that `kept` is the only one, and grows in place
        var x = Tensor.embedding(embedding, ids)
        for layer in blocks.indices {
            x = blocks[layer](x, layer: layer, pass, rows: layer == layers - 1 ? [ids.count - 1] : nil, cache: &kept)
        }
        if let kept { cache = kept }
        cache.advance(by: ids.count)
        return norm(x).linear(unembedding).reshaped([vocabulary])
    }

    private func rotary(for positions: [Int32]) -> RotaryTable {
        RotaryTable(frequencies: frequencies, positions: 1 + Int(positions.max() ?? 0))
    }

    /// `model.embed_tokens`, `model.layers.N`, `model.norm`, `lm_head` where it is not tied.
    public mutating func visitWeights<Failure: Error>(
        _ visit: (String, inout Weight) throws(Failure) -> Void
    ) throws(Failure) {
        try visit("model.embed_tokens.weight", &embedding)
        for layer in blocks.indices {
            try blocks[layer].visitWeights { (name, weight) throws(Failure) in
                try visit("model.layers.\(layer).\(name)", &weight)
            }
        }
        try norm.visitWeights { (name, weight) throws(Failure) in try visit("model.norm.\(name)", &weight) }
        if var head {
            try visit("lm_head.weight", &head)
            self.head = head
        }
    }
}
