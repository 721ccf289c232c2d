public import Tensor

/// The results of a step.
public struct StepReport: Sendable {
    /// The step, counted from 1.
    public let step: Int
    /// The examples of the step, by index.
    public let examples: [Int]
    /// The loss of each example over its size: for supervised training, the mean of its token losses, in nats.
    public let losses: [Float]
    /// The sum of all losses over the sum of sizes: what was differentiated.
    public let loss: Float
    /// The global gradient norm, before clipping.
    public let gradientNorm: Float
    /// Tokens, with prompts.
    public let tokens: Int
    /// Supervised tokens.
    public let supervisedTokens: Int
    /// The sum of the examples' sizes, by which their losses were divided.
    public let size: Int
    /// The means over the examples of what else the objective reports, by name.
    public let figures: [String: Double]
    /// What the probe found, pack by pack.
    public let probed: [Probed]
    /// Trained weights whose gradient was 0 in every step so far that did not freeze them.
    public let withoutGradient: [String]

    /// The results of a probe for a pack.
    public struct Probed: Sendable {
        /// The examples of the pack, by index.
        public let examples: [Int]
        /// The gradient of the step's loss at each of the probe's targets; of an example with several sequences, each
        /// has its own row, one after the other.
        public let gradients: [Tensor]
    }
}
