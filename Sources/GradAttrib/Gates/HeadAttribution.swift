public import Statistics
public import Transformers

/// The signed score of every head for each example, and the losses that were differentiated.
public struct HeadScores: Sendable, Equatable {
    /// ∂loss_i/∂ξ, or another method's score, negative where the head helps: [example, layer, head].
    public let signed: HeadArray<Float>
    /// The loss of each example in nats, or the value of another objective: [example].
    public let loss: [Float]

    /// The change of the loss when each head is replaced: −signed. The authors of attribution patching call
    /// it I.
    public var effects: [Float] { signed.map { -$0 } }
}

/// Head scores: the gradient of each example's loss at a gate ξ = 1 on each head's output.
///
///     ∂L/∂ξ = Σ z·∂L/∂z = Σ A⊙∂L/∂A
///
/// with z the head's output and A its attention matrix, which is never formed. One backward pass scores all
/// examples of the batch, because each example has its own gates.
///
/// - Parameters:
///   - model: The model whose heads are scored.
///   - batch: The examples, packed.
///   - weights: What each example's token losses are multiplied by before they are added up: [example].
///   - tap: Another tap on the pass; on `.headOutput` the gates are applied after it.
/// - Source: Zhao et al. 2025, equation 2, by the identity with Michel et al. 2019, without the absolute value: it is
///   taken when examples are averaged, as in the authors' script.
public func headScores(of model: Decoder, on batch: Batch, weights: [Float], tap: Tap = .none) -> HeadScores {
    gateScores(of: model, on: batch, weights: weights, extra: ExtraGates(), tap: tap).heads
}
