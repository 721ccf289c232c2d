public import Tensor
public import Transformers

/// Additional gradients that a step computes in its backward pass, such as those at head gates.
public struct StepProbe: Sendable {
    /// The tap on the pass.
    public let tap: Tap
    /// The tensors, put into the pass by the tap, whose gradients are wanted.
    public let targets: [Tensor]

    /// A probe of one pack.
    public init(tap: Tap, targets: [Tensor]) {
        self.tap = tap
        self.targets = targets
    }
}
