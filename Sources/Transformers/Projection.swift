public import Tensor

/// A linear layer, with or without a bias.
public struct Projection: Sendable, Weighted {
    /// [out, in]
    public var weight: Weight
    /// [out], where there is one.
    public var bias: Weight?

    init(from input: Int, to output: Int, hasBias: Bool) {
        weight = .absent([output, input])
        bias = hasBias ? .absent([output]) : nil
    }

    /// x·wᵀ + b, [position, in] → [position, out].
    public func callAsFunction(_ x: Tensor) -> Tensor {
        let y = x.linear(weight)
        return bias.map { y.adding(bias: $0.tensor) } ?? y
    }

    /// `weight`, then `bias` where there is one.
    public mutating func visitWeights<Failure: Error>(
        _ visit: (String, inout Weight) throws(Failure) -> Void
    ) throws(Failure) {
        try visit("weight", &weight)
        if var bias {
            try visit("bias", &bias)
            self.bias = bias
        }
    }
}
