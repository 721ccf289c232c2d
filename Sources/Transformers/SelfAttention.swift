import Kernels
public import Tensor

/// What every layer of one forward pass has in common.
struct Pass {
    let queries: Packing
    let positions: [Int32]  // of each row in its own sequence
    let rotary: RotaryTable
    let tap: Tap
}

/// Causal self-attention with grouped queries and rotary positions.
public struct SelfAttention: Sendable, Weighted {
    /// dModel → heads · dHead
    public var query: Projection
    /// dModel → keyValueHeads · dHead
    public var key: Projection
    /// dModel → keyValueHeads · dHead
    public var value: Projection
    /// heads · dHead → dModel
    public var output: Projection
    let heads: Int
    let keyValueHeads: Int
    let dHead: Int

    init(dModel: Int, heads: Int, keyValueHeads: Int, dHead: Int, hasBias: Bool) {
        query = Projection(from: dModel, to: heads * dHead, hasBias: hasBias)
        key = Projection(from: dModel, to: keyValueHeads * dHead, hasBias: hasBias)
        value = Projection(from: dModel, to: keyValueHeads * dHead, hasBias: hasBias)
        output = Projection(from: heads * dHead, to: dModel, hasBias: hasBias)
        self.heads = heads
        self.keyValueHeads = keyValueHeads
        self.dHead = dHead
    }

    /// What each head reads, z: [position, dModel] → [position, head, dHead].
    func headOutputs(_ x: Tensor, layer: Int, _ pass: Pass, cache: inout KeyValueCache?) -> Tensor {
        let positions = pass.positions.count
        var q = query(x).reshaped([positions, heads, dHead]).rotated(pass.rotary, positions: pass.positions)
        var k = key(x).reshaped([positions, keyValueHeads, dHead]).rotated(pass.rotary, positions: pass.positions)
        var v = value(x).reshaped([positions, keyValueHeads, dHead])
        q = pass.tap(.query, layer: layer, q)
        k = pass.tap(.key, layer: layer, k)
        v = pass.tap(.value, layer: layer, v)
        if let kept = cache?.append(k, v, layer: layer) { (k, v) = kept }
        let z = pass.tap.kinds.contains(.pattern)
            ? throughPatterns(q, k, v, layer: layer, pass)
            : Tensor.attention(q, k, v, shape(queries: pass.queries, keys: k.shape.axes[0]))
        return pass.tap(.headOutput, layer: layer, z)
    }

    /// Attention sequence by sequence with its pattern as a tensor, for a tap to see.
    private func throughPatterns(_ q: Tensor, _ k: Tensor, _ v: Tensor, layer: Int, _ pass: Pass) -> Tensor {
        precondition(k.shape.axes[0] == pass.queries.rows, "patterns are formed without kept keys")
        let parts = pass.queries.sequences.enumerated().map { sequence, rows in
            let shape = shape(queries: Packing(lengths: [rows.count]), keys: rows.count)
            let (q, k, v) = (part(q, rows), part(k, rows), part(v, rows))
            let pattern = pass.tap(.pattern, layer: layer, sequence: sequence, .pattern(q, k, shape))
            return Tensor.reading(pattern, v, shape).reshaped([rows.count, heads * dHead])
        }
        return Tensor.stacked(parts).reshaped([pass.queries.rows, heads, dHead])
    }

    private func part(_ x: Tensor, _ rows: Range<Int>) -> Tensor {
        let (positions, heads, dHead) = x.shape.heads
        return x.reshaped([positions, heads * dHead]).rows(Array(rows)).reshaped([rows.count, heads, dHead])
    }

    private func shape(queries: Packing, keys: Int) -> AttentionShape {
        AttentionShape(
            heads: heads, keyValueHeads: keyValueHeads, dHead: dHead, scale: 1 / Float(dHead).squareRoot(),
            queries: queries, keys: keys == queries.rows ? queries : Packing(lengths: [keys]))
    }

    /// `q_proj`, `k_proj`, `v_proj`, `o_proj`.
    public mutating func visitWeights<Failure: Error>(
        _ visit: (String, inout Weight) throws(Failure) -> Void
    ) throws(Failure) {
        try query.visitWeights { (name, weight) throws(Failure) in try visit("q_proj.\(name)", &weight) }
        try key.visitWeights { (name, weight) throws(Failure) in try visit("k_proj.\(name)", &weight) }
        try value.visitWeights { (name, weight) throws(Failure) in try visit("v_proj.\(name)", &weight) }
        try output.visitWeights { (name, weight) throws(Failure) in try visit("o_proj.\(name)", &weight) }
    }
}
