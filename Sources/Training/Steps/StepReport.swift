public import Tensor

/// The results of a step.
public struct StepReport: Sendable {
    /// The step, counted from 1.
    public let step: Int
    /// The examples of the step, by index.
    public let examples: [Int]
    /// The mean loss of each example's supervised tokens, in nats.
    public let losses: [Float]
    /// The loss that was differentiated: the mean over all supervised tokens, in nats.
    public let loss: Float
    /// The global gradient norm, before clipping.
    public let gradientNorm: Float
    /// Tokens, with prompts.
    public let tokens: Int
    /// Supervised tokens.
    public let supervisedTokens: Int
    /// The results of the probe for each pack.
    public let probed: [Probed]
    /// Trained weights that have had no gradient so far.
    public let withoutGradient: [String]

    /// The results of a probe for a pack.
    public struct Probed: Sendable {
        /// The examples of the pack, by index.
        public let examples: [Int]
        /// The gradient of the step's loss at each target of the probe.
        public let gradients: [Tensor]
    }
}
