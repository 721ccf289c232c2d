public import Tensor

/// A transformer layer: attention and MLP, each added to the residual stream.
public struct Block: Sendable, Weighted {
    // Norms of inputs and outputs; the family decides which of them exist.
    var attentionNorm: Norm?
    /// Attention.
    public var attention: SelfAttention
    /// The norm of attention's output, where the family has one.
    public internal(set) var attentionOutputNorm: Norm?
    var feedForwardNorm: Norm?
    /// The MLP.
    public var feedForward: FeedForward
    var feedForwardOutputNorm: Norm?
    /// Whether attention and MLP are parallel: both read the stream that enters the layer.
    var isParallel = false

    /// The residual stream through the layer: [position, dModel] → [row, dModel].
    ///
    /// - Parameter rows: The positions that are needed later; nil for all. After attention only these are
    ///   computed.
    func callAsFunction(
        _ x: Tensor, layer: Int, _ pass: Pass, rows: [Int]?, cache: inout KeyValueCache?
    ) -> Tensor {
        let x = pass.tap(.residual, layer: layer, x)
        let z = attention.headOutputs(attentionNorm?(x) ?? x, layer: layer, pass, cache: &cache)
        return afterHeads(x, z, layer: layer, pass, rows: rows)
    }

    /// The rest of the layer, from the stream that entered it and the head outputs z.
    func afterHeads(_ x: Tensor, _ z: Tensor, layer: Int, _ pass: Pass, rows: [Int]?) -> Tensor {
        let (tap, positions) = (pass.tap, x.shape.matrix.rows)
        let z = z.reshaped([positions, attention.heads * attention.dHead])
        let dropout =
            rows.map { rows in pass.dropout.map { seeds in rows.map { seeds[$0] } } } ?? pass.dropout
        let read = tap(
            .outputProjection, layer: layer, attention.output(rows.map { z.rows($0) } ?? z, dropout: dropout))
        let added = tap(.attentionOutput, layer: layer, attentionOutputNorm?(read) ?? read)
        let start = rows.map { x.rows($0) } ?? x
        let middle = tap(.residualMiddle, layer: layer, start + added)
        let source = isParallel ? start : middle
        let made = feedForward(
            isParallel && feedForwardNorm == nil
                ? attentionNorm?(source) ?? source : feedForwardNorm?(source) ?? source, layer: layer,
            dropout: dropout, tap: tap)
        return middle + tap(.feedForwardOutput, layer: layer, feedForwardOutputNorm?(made) ?? made)
    }

    /// The projections, in the order of the forward pass.
    mutating func visitProjections<Failure: Error>(
        _ visit: (inout Projection) throws(Failure) -> Void
    ) throws(Failure) {
        try attention.visitProjections(visit)
        try feedForward.visitProjections(visit)
    }

    /// In the order of the forward pass.
    public mutating func visitWeights<Failure: Error>(
        _ visit: (String, inout Weight) throws(Failure) -> Void
    ) throws(Failure) {
        try visitNorm(&attentionNorm, visit)
        try attention.visitWeights(visit)
        try visitNorm(&attentionOutputNorm, visit)
        try visitNorm(&feedForwardNorm, visit)
        try feedForward.visitWeights(visit)
        try visitNorm(&feedForwardOutputNorm, visit)
    }

    private func visitNorm<Failure: Error>(
        _ norm: inout Norm?, _ visit: (String, inout Weight) throws(Failure) -> Void
    ) throws(Failure) {
        guard var visited = norm else { return }
        try visited.visitWeights(visit)
        norm = visited
    }
}
