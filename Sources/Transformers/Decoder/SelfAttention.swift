import Kernels
public import Tensor

/// What all layers of one forward pass share.
struct Pass: Sendable {
    let queries: Packing
    var masks: [AttentionMask] = []  // of each sequence; empty if all are causal
    var keys: KeyRows?  // what queries attend to, if not only their own sequence
    let rotary: [RotaryTable]  // one for each kind of rotation among the layers
    let tap: Tap
    let dropout: [UInt64]?  // the seed of each row, for adapters' dropout

    /// The mask of one sequence, as those of a pass of its own.
    func masks(of sequence: Int) -> [AttentionMask] { masks.isEmpty ? [] : [masks[sequence]] }
}

/// Self-attention with grouped queries (GQA), causal unless a pass has other masks.
public struct SelfAttention: Sendable, Weighted {
    /// Where queries, keys and values come from.
    enum Entry: Sendable {
        /// A projection for each.
        case separate(query: Projection, key: Projection, value: Projection)
        /// One projection whose outputs are each head's query, key and value in turn.
        case interleaved(Projection)
        /// One projection whose outputs are all queries, then all keys, then all values.
        case fused(Projection)
    }

    /// Norms on queries and keys, before rotary embedding.
    enum QueryKeyNorm: Sendable {
        case none
        /// Over each head's width.
        case eachHead(query: Norm, key: Norm)
        /// Over all heads together.
        case allHeads(query: Norm, key: Norm)
        /// Over each head's width, with a weight for each head.
        case apart(query: [Norm], key: [Norm])
    }

    var entry: Entry
    var norm = QueryKeyNorm.none
    /// heads · dHead → dModel
    public var output: Projection
    let heads: Int
    let keyValueHeads: Int
    let dHead: Int
    let scale: Float
    var window: Int?
    var cap: Float?
    var rotary: Int? = 0  // index into the model's rotations; nil for no rotary embedding

    /// The head outputs z: [position, dModel] → [position, head, dHead].
    func headOutputs(_ x: Tensor, layer: Int, _ pass: Pass, cache: inout KeyValueCache?) -> Tensor {
        let x = pass.tap(.attentionInput, layer: layer, x)
        var (q, k, v) = queriesKeysValues(x, pass.dropout)
        q = pass.tap(.queryProjection, layer: layer, q)
        k = pass.tap(.keyProjection, layer: layer, k)
        (q, k, v) = normed((q, k, v))
        if let rotary {
            q = q.rotated(pass.rotary[rotary])
            k = k.rotated(pass.rotary[rotary])
        }
        q = pass.tap(.query, layer: layer, q)
        k = pass.tap(.key, layer: layer, k)
        v = pass.tap(.value, layer: layer, v)
        let z =
            if let kept = cache?.append(k, v, pass.queries, layer: layer) {
                throughCache(q, kept, pass)
            } else if let keys = pass.keys {
                throughStarts(q, keys.start.followed(by: k, v, layer: layer), keys, pass)
            } else if pass.tap.kinds.contains(.pattern) {
                throughPatterns(q, k, v, layer: layer, pass)
            } else {
                Tensor.attention(q, k, v, shape(queries: pass.queries, keys: pass.queries, pass.masks))
            }
        return pass.tap(.headOutput, layer: layer, z)
    }

    /// [position, heads, dHead] and twice [position, keyValueHeads, dHead].
    private func queriesKeysValues(_ x: Tensor, _ dropout: [UInt64]?) -> (Tensor, Tensor, Tensor) {
        let positions = x.shape.matrix.rows
        let (own, shared): (Shape, Shape) = ([positions, heads, dHead], [positions, keyValueHeads, dHead])
        let (width, narrow) = (heads * dHead, keyValueHeads * dHead)
        switch entry {
        case .separate(let query, let key, let value):
            return (
                query(x, dropout: dropout).reshaped(own), key(x, dropout: dropout).reshaped(shared),
                value(x, dropout: dropout).reshaped(shared)
            )
        case .fused(let projection):
            let y = projection(x, dropout: dropout)
            return (
                y.columns([0..<width]).reshaped(own),
                y.columns([width..<width + narrow]).reshaped(shared),
                y.columns([width + narrow..<width + 2 * narrow]).reshaped(shared)
            )
        case .interleaved(let projection):
            let y = projection(x, dropout: dropout)
            func part(_ index: Int) -> Tensor {
                let ranges = (0..<heads).map { (3 * $0 + index) * dHead..<(3 * $0 + index + 1) * dHead }
                return y.columns(ranges).reshaped(own)
            }
            return (part(0), part(1), part(2))
        }
    }

    private func normed(_ qkv: (Tensor, Tensor, Tensor)) -> (Tensor, Tensor, Tensor) {
        let (q, k, v) = qkv
        switch norm {
        case .none: return (q, k, v)
        case .eachHead(let query, let key): return (query(q), key(k), v)
        case .allHeads(let query, let key):
            func flat(_ x: Tensor, _ norm: Norm) -> Tensor {
                let (positions, heads, dHead) = x.shape.heads
                return norm(x.reshaped([positions, heads * dHead])).reshaped(x.shape)
            }
            return (flat(q, query), flat(k, key), v)
        case .apart(let query, let key):
            func each(_ x: Tensor, _ norms: [Norm]) -> Tensor {
                let (positions, heads, dHead) = x.shape.heads
                let weights = Tensor.stacked(norms.map { $0.weight.tensor.reshaped([1, dHead]) })
                return norms[0].unweighted(x).reshaped([positions, heads * dHead])
                    .scalingColumns(by: weights.reshaped([heads * dHead])).reshaped(x.shape)
            }
            return (each(q, query), each(k, key), v)
        }
    }

    /// Attention for each sequence with its keys and values, including cached ones.
    private func throughCache(_ q: Tensor, _ kept: [(k: Tensor, v: Tensor)], _ pass: Pass) -> Tensor {
        let parts = zip(pass.queries.sequences, kept).enumerated().map { sequence, part in
            let (rows, kept) = part
            let shape = shape(
                queries: Packing(lengths: [rows.count]), keys: Packing(lengths: [kept.k.shape.axes[0]]),
                pass.masks(of: sequence))
            return Tensor.attention(q.positions(Array(rows)), kept.k, kept.v, shape)
                .reshaped([rows.count, heads * dHead])
        }
        return Tensor.stacked(parts).reshaped(q.shape)
    }

    /// Attention where several sequences share rows of keys and values.
    private func throughStarts(_ q: Tensor, _ kv: (k: Tensor, v: Tensor), _ keys: KeyRows, _ pass: Pass)
        -> Tensor
    {
        Tensor.attention(
            q, kv.k.positions(keys.rows), kv.v.positions(keys.rows),
            shape(queries: pass.queries, keys: keys.packing, pass.masks))
    }

    /// Attention for each sequence with its attention matrix as a tensor, for a tap.
    private func throughPatterns(_ q: Tensor, _ k: Tensor, _ v: Tensor, layer: Int, _ pass: Pass) -> Tensor {
        let parts = pass.queries.sequences.enumerated().map { sequence, rows in
            let packing = Packing(lengths: [rows.count])
            let shape = shape(queries: packing, keys: packing, pass.masks(of: sequence))
            let (q, k, v) = (q.positions(Array(rows)), k.positions(Array(rows)), v.positions(Array(rows)))
            let pattern = pass.tap(.pattern, layer: layer, sequence: sequence, .pattern(q, k, shape))
            return Tensor.reading(pattern, v, shape).reshaped([rows.count, heads * dHead])
        }
        return Tensor.stacked(parts).reshaped([pass.queries.rows, heads, dHead])
    }

    private func shape(queries: Packing, keys: Packing, _ masks: [AttentionMask]) -> AttentionShape {
        AttentionShape(
            heads: heads, keyValueHeads: keyValueHeads, dHead: dHead, scale: scale, queries: queries,
            keys: keys, window: window, cap: cap, masks: masks)
    }

    /// The projections, in the order of the forward pass.
    mutating func visitProjections<Failure: Error>(
        _ visit: (inout Projection) throws(Failure) -> Void
    ) throws(Failure) {
        switch entry {
        case .separate(var query, var key, var value):
            try visit(&query)
            try visit(&key)
            try visit(&value)
            entry = .separate(query: query, key: key, value: value)
        case .interleaved(var projection):
            try visit(&projection)
            entry = .interleaved(projection)
        case .fused(var projection):
            try visit(&projection)
            entry = .fused(projection)
        }
        try visit(&output)
    }

    /// The projections, then the norms of queries and keys.
    public mutating func visitWeights<Failure: Error>(
        _ visit: (String, inout Weight) throws(Failure) -> Void
    ) throws(Failure) {
        try visitProjections { (projection) throws(Failure) in try projection.visitWeights(visit) }
        switch norm {
        case .none: break
        case .eachHead(var query, var key):
            try query.visitWeights(visit)
            try key.visitWeights(visit)
            norm = .eachHead(query: query, key: key)
        case .allHeads(var query, var key):
            try query.visitWeights(visit)
            try key.visitWeights(visit)
            norm = .allHeads(query: query, key: key)
        case .apart(var query, var key):
            for head in query.indices { try query[head].visitWeights(visit) }
            for head in key.indices { try key[head].visitWeights(visit) }
            norm = .apart(query: query, key: key)
        }
    }
}

extension Tensor {
    /// Some positions of [position, head, dHead].
    fileprivate func positions(_ rows: [Int]) -> Tensor {
        let (positions, heads, dHead) = shape.heads
        return reshaped([positions, heads * dHead]).rows(rows).reshaped([rows.count, heads, dHead])
    }
}
