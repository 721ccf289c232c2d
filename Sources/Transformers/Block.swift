public import Tensor

/// A layer: attention, then feed-forward, each on a normed copy of the stream and added to it.
public struct Block: Sendable, Weighted {
    /// Before attention.
    public var attentionNorm: RMSNorm
    /// Reads other positions.
    public var attention: SelfAttention
    /// Before feed-forward.
    public var feedForwardNorm: RMSNorm
    /// Works on each position by itself.
    public var feedForward: FeedForward

    /// The stream through the layer: [position, dModel] → [row, dModel].
    ///
    /// - Parameter rows: The positions that anything later reads; nil for all. Past attention nothing else is computed.
    func callAsFunction(
        _ x: Tensor, layer: Int, _ pass: Pass, rows: [Int]?, cache: inout KeyValueCache?
    ) -> Tensor {
        let (tap, positions, dModel) = (pass.tap, x.shape.matrix.rows, x.shape.matrix.columns)
        let x = tap(.residual, layer: layer, x)
        let z = attention.headOutputs(attentionNorm(x), layer: layer, pass, cache: &cache)
            .reshaped([positions, attention.heads * attention.dHead])
        precondition(attention.output.weight.shape.matrix.rows == dModel, "the output projection's width")
        let read = attention.output(rows.map { z.rows($0) } ?? z)
        let middle = tap(
            .residualMiddle, layer: layer,
            (rows.map { x.rows($0) } ?? x) + tap(.attentionOutput, layer: layer, read))
        return middle + tap(.feedForwardOutput, layer: layer, feedForward(feedForwardNorm(middle)))
    }

    /// `input_layernorm`, `self_attn`, `post_attention_layernorm`, `mlp`.
    public mutating func visitWeights<Failure: Error>(
        _ visit: (String, inout Weight) throws(Failure) -> Void
    ) throws(Failure) {
        try attentionNorm.visitWeights { (name, weight) throws(Failure) in
            try visit("input_layernorm.\(name)", &weight)
        }
        try attention.visitWeights { (name, weight) throws(Failure) in try visit("self_attn.\(name)", &weight) }
        try feedForwardNorm.visitWeights { (name, weight) throws(Failure) in
            try visit("post_attention_layernorm.\(name)", &weight)
        }
        try feedForward.visitWeights { (name, weight) throws(Failure) in try visit("mlp.\(name)", &weight) }
    }
}
