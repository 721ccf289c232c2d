public import Tensor

/// A named place in a model's forward pass.
public struct Site: Hashable, Sendable {
    /// The kind of tensor.
    public enum Kind: String, Sendable, CaseIterable {
        /// The residual stream that enters a layer: [position, dModel].
        case residual
        /// The input of the query, key and value projections: [position, dModel].
        case attentionInput
        /// Queries after projection, before norm and rotary embedding: [position, head, dHead].
        case queryProjection
        /// Keys after projection, before norm and rotary embedding: [position, keyValueHead, dHead].
        case keyProjection
        /// Queries after rotary embedding: [position, head, dHead].
        case query
        /// Keys after rotary embedding: [position, keyValueHead, dHead].
        case key
        /// Values: [position, keyValueHead, dHead].
        case value
        /// One sequence's attention weights, after the softmax: [head, query, key].
        case pattern
        /// z, each head's output before the output projection: [position, head, dHead].
        case headOutput
        /// The output of the output projection, before a norm that some families have there: [position,
        /// dModel].
        case outputProjection
        /// What attention adds to the residual stream: [position, dModel].
        case attentionOutput
        /// The residual stream between attention and MLP: [position, dModel].
        case residualMiddle
        /// The output of the gate projection of a gated MLP, before the nonlinearity: [position, dMLP].
        case gateProjection
        /// The output of the up projection; in an MLP without gate, the input of the nonlinearity: [position,
        /// dMLP].
        case upProjection
        /// The output of the down projection, before a norm that some families have there: [position,
        /// dModel].
        case downProjection
        /// What the MLP adds to the residual stream: [position, dModel].
        case feedForwardOutput
        /// The residual stream after the last layer, before the final norm: [position, dModel].
        case residualFinal
    }

    /// The kind of tensor that passes here.
    public let kind: Kind
    /// The layer, counted from 0; the number of layers for `residualFinal`.
    public let layer: Int
    /// The sequence of the batch, for sites that see one sequence at a time (`pattern`); otherwise nil.
    public let sequence: Int?

    /// A place of this kind in a layer.
    public init(_ kind: Kind, layer: Int, sequence: Int? = nil) {
        self.kind = kind
        self.layer = layer
        self.sequence = sequence
    }
}

/// A hook: sees every tensor at some kinds of sites, and returns the tensor to continue with.
///
/// Return the same tensor to observe, another one to intervene. Kinds are named in advance so that everything
/// else stays fused: only a tap on `.pattern` makes attention form its matrices.
public struct Tap: Sendable {
    /// The kinds of sites that are seen.
    public let kinds: Set<Site.Kind>
    /// The hook function.
    public let see: @Sendable (Site, Tensor) -> Tensor

    /// A tap on sites of these kinds.
    public init(_ kinds: Set<Site.Kind>, _ see: @escaping @Sendable (Site, Tensor) -> Tensor) {
        self.kinds = kinds
        self.see = see
    }

    /// No hook.
    public static var none: Tap { Tap([]) { _, x in x } }

    /// Whether all positions must be computed after the last layer's attention, because the tap needs them.
    var looksPastAttention: Bool {
        !kinds.isDisjoint(
            with: [
                .outputProjection, .attentionOutput, .residualMiddle, .gateProjection, .upProjection,
                .downProjection, .feedForwardOutput, .residualFinal,
            ])
    }

    func callAsFunction(_ kind: Site.Kind, layer: Int, sequence: Int? = nil, _ x: Tensor) -> Tensor {
        kinds.contains(kind) ? see(Site(kind, layer: layer, sequence: sequence), x) : x
    }
}
