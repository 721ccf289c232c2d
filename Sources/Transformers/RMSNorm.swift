public import Tensor

/// Root-mean-square normalization with a weight for each number of the stream.
public struct RMSNorm: Sendable, Weighted {
    /// [dModel]
    public var weight: Weight
    let epsilon: Float

    init(width: Int, epsilon: Float) {
        weight = .absent([width])
        self.epsilon = epsilon
    }

    /// x / √(mean(x²) + ε) ⊙ w, row by row.
    public func callAsFunction(_ x: Tensor) -> Tensor { x.rmsNorm(weight: weight.tensor, epsilon: epsilon) }

    /// `weight`.
    public mutating func visitWeights<Failure: Error>(
        _ visit: (String, inout Weight) throws(Failure) -> Void
    ) throws(Failure) {
        try visit("weight", &weight)
    }
}
