public import Kernels
public import Tensor

/// A causal language model: embedding, blocks, norm, logits.
public struct Decoder: Sendable, Weighted {
    /// The family, as `config.json` names it.
    public let family: String
    /// The family's names of the parts.
    struct Names: Sendable {
        var embedding = "model.embed_tokens"
        var positions = ""
        var layers = "model.layers"
        var head = "lm_head"
    }

    let names: Names
    /// Token embedding: [vocabulary, dModel]. Also the LM head, where that is tied.
    public var embedding: Weight
    /// A factor on the embedding.
    var embeddingScale: Float = 1
    /// Learned position embedding: [position + offset, dModel], if any.
    var positions: Weight?
    /// The row of the first position.
    var positionOffset = 0
    /// The layers.
    public var blocks: [Block]
    /// The final norm; OPT's smallest variants have none.
    public var norm: Norm
    /// The LM head: [vocabulary, dModel]; nil if tied to the embedding.
    public var head: Weight?
    /// The bias of the LM head, if any: [vocabulary].
    var headBias: Weight?
    /// The soft cap of the logits, if any.
    var logitCap: Float?
    /// The longest sequence the model was made for.
    public let contextLength: Int
    let rotary: [Rotary]  // one for each kind of rotation among the layers
    /// Gradient checkpointing: a pass with gradients keeps only the input of each layer, and recomputes the
    /// layer in the backward pass. It takes a third more time and the memory of one layer.
    public var recomputesLayers = false
    /// The weights, by their names in the model's files, that are trained whole beside LoRA pairs and saved with them.
    public internal(set) var savedWithPairs: Set<String> = []
    /// What was decided when the files were read, in sentences without a stop.
    public internal(set) var notes: [String] = []

    /// The number of layers.
    public var layers: Int { blocks.count }
    /// Query heads of a layer.
    public var heads: Int { blocks[0].attention.heads }
    /// Key/value heads of a layer.
    public var keyValueHeads: Int { blocks[0].attention.keyValueHeads }
    /// The width of a head.
    public var dHead: Int { blocks[0].attention.dHead }
    /// The width of the residual stream.
    public var dModel: Int { embedding.shape.matrix.columns }
    /// The width of the MLPs.
    public var dMLP: Int { blocks[0].feedForward.width }
    /// The number of tokens that have logits.
    public var vocabulary: Int { embedding.shape.matrix.rows }
    /// The weight of the LM head, tied or not: [vocabulary, dModel].
    public var unembedding: Weight { head ?? embedding }

    /// The final normed residual stream at some rows of a batch: [row, dModel].
    ///
    /// After the last layer's attention only these rows are computed, unless the tap needs the others.
    public func hidden(_ batch: Batch, rows: [Int], tap: Tap = .none) -> Tensor {
        var cache: KeyValueCache?
        let x = stream(
            PassInput(batch), rows: tap.looksPastAttention ? nil : rows, tap: tap, cache: &cache)
        return norm(tap.looksPastAttention ? x.rows(rows) : x)
    }

    /// The final normed residual stream at some rows of sequences that share prefixes: [row, dModel].
    func hidden(_ laid: SharedStarts, rows: [Int]) -> Tensor {
        var cache: KeyValueCache?
        let input = PassInput(
            ids: laid.ids, positions: laid.positions, packing: laid.queries, keys: laid.keys)
        return norm(stream(input, rows: rows, tap: .none, cache: &cache))
    }

    /// −log p of each supervised token of a batch, in nats: [target].
    public func tokenLosses(_ batch: Batch, tap: Tap = .none) -> Tensor {
        losses(of: hidden(batch, rows: batch.predicting, tap: tap), batch.targets)
    }

    /// −log p of given next tokens from the normed residual stream, in nats: [row, dModel] → [row].
    public func losses(of x: Tensor, _ targets: [Int32]) -> Tensor {
        headBias == nil && logitCap == nil
            ? x.crossEntropy(unembedding, targets: targets) : logits(of: x).crossEntropy(targets: targets)
    }

    /// The logits at some rows of a batch: [row, vocabulary].
    public func logits(_ batch: Batch, rows: [Int], tap: Tap = .none) -> Tensor {
        logits(of: hidden(batch, rows: rows, tap: tap))
    }

    /// The logits after the next tokens of each of the cache's sequences: [sequence, vocabulary].
    ///
    /// - Parameters:
    ///   - next: The new tokens of each sequence, at least one: [sequence][token].
    ///   - masks: The attention mask of each sequence, over its cached and new positions; empty if all are causal.
    ///   - vectors: What replaces some of the next tokens, by their place among the new ones of their sequence.
    ///   - cache: Keys and values of the tokens before; grows by the new ones.
    public func logits(
        next: [[Int32]], masks: [AttentionMask] = [], vectors: [InputVectors?] = [],
        _ cache: inout KeyValueCache
    ) -> Tensor {
        let packing = Packing(lengths: next.map(\.count))
        let positions = zip(cache.positions, next).flatMap { kept, ids in
            ids.indices.map { Int32(kept + $0) }
        }
        let input = PassInput(
            ids: next.flatMap(\.self), positions: positions, packing: packing, masks: masks,
            vectors: .packed(vectors, starts: packing.starts))
        var kept: KeyValueCache? = cache
        cache = KeyValueCache(layers: 0)  // so that `kept` is the only one, and grows in place
        let ends = packing.sequences.map { $0.upperBound - 1 }
        let x = stream(input, rows: ends, tap: .none, cache: &kept)
        if let kept { cache = kept }
        cache.advance(by: packing)
        return logits(of: norm(x))
    }

    /// The residual stream after the last layer, or after the first `layers`, at the rows that are needed:
    /// [row, dModel].
    func stream(
        _ input: PassInput, layers: Int? = nil, rows: [Int]?, tap: Tap, cache: inout KeyValueCache?
    ) -> Tensor {
        stream(
            entering(input), through: 0..<(layers ?? blocks.count), pass(input, tap: tap), rows: rows,
            cache: &cache)
    }

    /// What all layers of a pass share.
    func pass(_ input: PassInput, tap: Tap) -> Pass {
        Pass(
            queries: input.packing, masks: input.masks, keys: input.keys,
            rotary: rotary.map { $0.table(input.positions, input.packing) }, tap: tap, dropout: input.dropout)
    }

    /// The residual stream after the last layer, from that which enters the first of these layers.
    func stream(
        _ entering: Tensor, through layers: Range<Int>, _ pass: Pass, rows: [Int]?,
        cache: inout KeyValueCache?
    ) -> Tensor {
        var x = entering
        for layer in layers {
            let (block, rows) = (blocks[layer], layer == blocks.count - 1 ? rows : nil)
            if recomputesLayers && cache == nil {
                x = x.recomputed { x in
                    var none: KeyValueCache?
                    return block(x, layer: layer, pass, rows: rows, cache: &none)
                }
            } else {
                x = block(x, layer: layer, pass, rows: rows, cache: &cache)
            }
        }
        return layers.upperBound == blocks.count ? pass.tap(.residualFinal, layer: blocks.count, x) : x
    }

    /// The logits of the normed residual stream: [row, dModel] → [row, vocabulary].
    public func logits(of x: Tensor) -> Tensor {
        var y = x.linear(unembedding)
        if let headBias { y = y.adding(bias: headBias.tensor) }
        return logitCap.map { y.softCapped(by: $0) } ?? y
    }

    /// The logit of one token for each row of the normed residual stream: [row, dModel] → [row].
    public func logits(of x: Tensor, tokens: [Int32]) -> Tensor {
        let (rows, width) = x.shape.matrix
        precondition(rows == tokens.count, "\(tokens.count) tokens for \(rows) rows")
        let ones = Weight.tensor(Tensor(repeating: 1, shape: [1, width]))
        var y = (x * Tensor.embedding(unembedding, tokens)).linear(ones).reshaped([rows])
        if let headBias {
            let biases = headBias.tensor.elements
            y = y + Tensor(tokens.map { biases[Int($0)] }, shape: [rows])
        }
        return logitCap.map { y.softCapped(by: $0) } ?? y
    }

    /// Visits every projection of the layers, with its path in the model's files.
    public mutating func visitProjections<Failure: Error>(
        _ visit: (_ path: String, inout Projection) throws(Failure) -> Void
    ) throws(Failure) {
        for layer in blocks.indices {
            try blocks[layer].visitProjections { (projection) throws(Failure) in
                try visit("\(names.layers).\(layer).\(projection.name)", &projection)
            }
        }
    }

    /// Whether a projection has an adapter.
    public var hasAdapters: Bool {
        var (copy, found) = (self, false)
        copy.visitProjections { _, projection in found = found || projection.adapter != nil }
        return found
    }

    /// Embedding, positions, layers, norm, and the head where it is not tied.
    public mutating func visitWeights<Failure: Error>(
        _ visit: (String, inout Weight) throws(Failure) -> Void
    ) throws(Failure) {
        try visit("\(names.embedding).weight", &embedding)
        if var positions {
            try visit("\(names.positions).weight", &positions)
            self.positions = positions
        }
        for layer in blocks.indices {
            try blocks[layer].visitWeights { (name, weight) throws(Failure) in
                try visit("\(names.layers).\(layer).\(name)", &weight)
            }
        }
        try norm.visitWeights(visit)
        if var head {
            try visit("\(names.head).weight", &head)
            self.head = head
        }
        if var headBias {
            try visit("\(names.head).bias", &headBias)
            self.headBias = headBias
        }
    }
}
