public import Tensor

/// What a step did.
public struct StepReport: Sendable {
    /// The step, counted from 1.
    public let step: Int
    /// The examples that it took, by their place in the data.
    public let examples: [Int]
    /// The mean loss of each example's supervised tokens, in nats.
    public let losses: [Float]
    /// The sum of all token losses over their number, in nats: what was differentiated.
    public let loss: Float
    /// The length of the gradient of all trained weights, before clipping.
    public let gradientNorm: Float
    /// Tokens computed.
    public let tokens: Int
    /// Tokens that the loss counts.
    public let supervisedTokens: Int
    /// What the probe found, pack by pack.
    public let probed: [Probed]
    /// Trained weights that no step so far had a gradient for.
    public let withoutGradient: [String]

    /// What a probe found in a pack.
    public struct Probed: Sendable {
        /// The examples of the pack, by their place in the data.
        public let examples: [Int]
        /// The gradient of the step's loss at each of the probe's targets.
        public let gradients: [Tensor]
    }
}
