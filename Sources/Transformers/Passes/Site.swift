public import Tensor

/// A named place in a model's forward pass.
public struct Site: Hashable, Sendable {
    /// What is there.
    public enum Kind: String, Sendable, CaseIterable {
        /// The stream that enters a layer: [position, dModel].
        case residual
        /// What the projections of queries, keys and values read: [position, dModel].
        case attentionInput
        /// Queries as projected, before norm and rotation: [position, head, dHead].
        case queryProjection
        /// Keys as projected, before norm and rotation: [position, keyValueHead, dHead].
        case keyProjection
        /// Queries after rotation: [position, head, dHead].
        case query
        /// Keys after rotation: [position, keyValueHead, dHead].
        case key
        /// Values: [position, keyValueHead, dHead].
        case value
        /// One sequence's attention after the softmax: [head, query, key].
        case pattern
        /// z, what each head read, before the output projection: [position, head, dHead].
        case headOutput
        /// What the output projection makes, before a norm that some families have there: [position, dModel].
        case outputProjection
        /// What attention adds to the stream: [position, dModel].
        case attentionOutput
        /// The stream between attention and feed-forward: [position, dModel].
        case residualMiddle
        /// What enters the nonlinearity, where something else multiplies what leaves it: [position, dMLP].
        case gateProjection
        /// What is multiplied, or without a gate what enters the nonlinearity: [position, dMLP].
        case upProjection
        /// What the last projection of the feed-forward layer makes, before a norm that some families have there:
        /// [position, dModel].
        case downProjection
        /// What the feed-forward layer adds to the stream: [position, dModel].
        case feedForwardOutput
        /// The stream that leaves the last layer, before the last norm: [position, dModel].
        case residualFinal
    }

    /// What is here.
    public let kind: Kind
    /// The layer, counted from 0; the number of layers for `residualFinal`.
    public let layer: Int
    /// The sequence of the batch, where a site sees one at a time (`pattern`); else nil.
    public let sequence: Int?

    /// A place of this kind in a layer.
    public init(_ kind: Kind, layer: Int, sequence: Int? = nil) {
        self.kind = kind
        self.layer = layer
        self.sequence = sequence
    }
}

/// Sees every tensor that passes some kinds of sites, and gives back the one to carry on with.
///
/// To give back the same tensor is to observe; to give back another is to intervene. Naming the kinds first keeps
/// everything else fused: only a tap on `.pattern` makes attention form its patterns.
public struct Tap: Sendable {
    /// The kinds of sites that are seen.
    public let kinds: Set<Site.Kind>
    /// What happens at a site of these kinds.
    public let see: @Sendable (Site, Tensor) -> Tensor

    /// A tap on sites of these kinds.
    public init(_ kinds: Set<Site.Kind>, _ see: @escaping @Sendable (Site, Tensor) -> Tensor) {
        self.kinds = kinds
        self.see = see
    }

    /// Sees nothing and changes nothing.
    public static var none: Tap { Tap([]) { _, x in x } }

    /// Whether all positions have to be computed past the last layer's attention, because the tap looks there.
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
