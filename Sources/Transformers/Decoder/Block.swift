public import Tensor

/// A layer: attention and feed-forward, each added to the stream.
public struct Block: Sendable, Weighted {
    // Norms of what enters and of what leaves; which of them there are is the family's.
    var attentionNorm: Norm?
    /// Reads other positions.
    public var attention: SelfAttention
    /// On what attention adds, where the family has one.
    public internal(set) var attentionOutputNorm: Norm?
    var feedForwardNorm: Norm?
    /// Works on each position by itself.
    public var feedForward: FeedForward
    var feedForwardOutputNorm: Norm?
    /// Whether both read the stream that enters the layer, instead of one after the other.
    var isParallel = false

    /// The stream through the layer: [position, dModel] → [row, dModel].
    ///
    /// - Parameter rows: The positions that anything later reads; nil for all. Past attention nothing else is computed.
    func callAsFunction(
        _ x: Tensor, layer: Int, _ pass: Pass, rows: [Int]?, cache: inout KeyValueCache?
    ) -> Tensor {
        let x = pass.tap(.residual, layer: layer, x)
        let z = attention.headOutputs(attentionNorm?(x) ?? x, layer: layer, pass, cache: &cache)
        return afterHeads(x, z, layer: layer, pass, rows: rows)
    }

    /// The rest of the layer, from the stream that entered it and what its heads have read, z.
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
