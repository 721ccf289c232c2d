public import Transformers

/// The signed score of every head for each of some examples, and the losses that were differentiated.
public struct HeadScores: Sendable, Equatable {
    /// ∂loss_i/∂ξ, or what another method makes of it: negative where the head helps, [example, layer, head].
    public let signed: [Float]
    /// The loss of each example, in nats, or what else was watched: [example].
    public let loss: [Float]

    /// What replacing each head does to the loss: −signed. The authors of attribution patching call this I.
    public var effects: [Float] { signed.map { -$0 } }
}

/// How much each head matters to each example's loss: the gradient at a gate ξ = 1 on the head's output.
///
///     ∂L/∂ξ = Σ z·∂L/∂z = Σ A⊙∂L/∂A
///
/// with z what the head reads and A its attention matrix, which is never formed. One backward pass serves all
/// examples of the batch, because each has gates of its own.
///
/// - Parameters:
///   - weights: What each example's token losses are multiplied by before they are added up: [example].
///   - tap: Sees the pass beside the gates, which come after it on `.headOutput`.
/// - Source: Zhao et al. 2025, equation 2, by the identity with Michel et al. 2019, without the absolute value: it is
///   taken when examples are averaged, as in the authors' script.
public func headScores(of model: Decoder, on batch: Batch, weights: [Float], tap: Tap = .none) -> HeadScores {
    gateScores(of: model, on: batch, weights: weights, extra: ExtraGates(), tap: tap).heads
}
