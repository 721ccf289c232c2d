public import Tensor
public import Transformers

/// What a step measures beside the gradients of weights, in the same backward pass.
public struct StepProbe: Sendable {
    /// Sees the pass.
    public let tap: Tap
    /// Tracked tensors that the tap put into the pass.
    public let targets: [Tensor]

    /// A probe of one pack.
    public init(tap: Tap, targets: [Tensor]) {
        self.tap = tap
        self.targets = targets
    }
}
