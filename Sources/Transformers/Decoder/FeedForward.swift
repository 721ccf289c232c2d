import Kernels
public import Tensor

/// The feed-forward layer (MLP).
public struct FeedForward: Sendable, Weighted {
    /// The projections before the nonlinearity.
    enum Entry: Sendable {
        /// f(x·W₁)
        case plain(Projection)
        /// f(x·Wg) ⊙ x·Wu
        case gated(gate: Projection, up: Projection)
        /// The gated form with both projections in one matrix, the gate's rows first.
        case fused(Projection)
    }

    var entry: Entry
    /// dMLP → dModel
    public var down: Projection
    let activation: Activation

    /// [position, dModel] → [position, dModel]
    ///
    /// - Parameters:
    ///   - x: The input: [position, dModel].
    ///   - layer: Which layer this is, for the tap.
    ///   - dropout: The seed of each row, for adapters' dropout.
    ///   - tap: Sees the projections of this layer.
    /// - Source: Shazeer 2020, section 2, for the gated forms.
    public func callAsFunction(
        _ x: Tensor, layer: Int = 0, dropout: [UInt64]? = nil, tap: Tap = .none
    ) -> Tensor {
        let inner: Tensor
        switch entry {
        case .plain(let up):
            inner = tap(.upProjection, layer: layer, up(x, dropout: dropout)).activated(activation)
        case .gated(let gate, let up):
            inner = tap(.gateProjection, layer: layer, gate(x, dropout: dropout))
                .gating(tap(.upProjection, layer: layer, up(x, dropout: dropout)), activation)
        case .fused(let both):
            let y = both(x, dropout: dropout)
            let width = both.outputs / 2
            inner = tap(.gateProjection, layer: layer, y.columns([0..<width]))
                .gating(tap(.upProjection, layer: layer, y.columns([width..<2 * width])), activation)
        }
        return tap(.downProjection, layer: layer, down(inner, dropout: dropout))
    }

    /// Whether the MLP is gated.
    public var hasGate: Bool {
        if case .plain = entry { false } else { true }
    }

    /// The hidden width.
    var width: Int {
        switch entry {
        case .plain(let up), .gated(_, let up): up.outputs
        case .fused(let both): both.outputs / 2
        }
    }

    /// The projections, in the order of the forward pass.
    mutating func visitProjections<Failure: Error>(
        _ visit: (inout Projection) throws(Failure) -> Void
    ) throws(Failure) {
        switch entry {
        case .plain(var up):
            try visit(&up)
            entry = .plain(up)
        case .gated(var gate, var up):
            try visit(&gate)
            try visit(&up)
            entry = .gated(gate: gate, up: up)
        case .fused(var both):
            try visit(&both)
            entry = .fused(both)
        }
        try visit(&down)
    }

    /// The projections before the nonlinearity, then `down`.
    public mutating func visitWeights<Failure: Error>(
        _ visit: (String, inout Weight) throws(Failure) -> Void
    ) throws(Failure) {
        try visitProjections { (projection) throws(Failure) in try projection.visitWeights(visit) }
    }
}
