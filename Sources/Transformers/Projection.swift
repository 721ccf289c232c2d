public import Tensor

/// A linear layer, with or without a bias.
public struct Projection: Sendable, Weighted {
    let name: String
    /// [out, in]; [in, out] where the file stores it so.
    public var weight: Weight
    /// [out], where there is one.
    public var bias: Weight?
    /// Whether columns, not rows, are outputs, as GPT-2 stores them.
    let isTransposed: Bool

    init(_ name: String, from input: Int, to output: Int, hasBias: Bool = false, isTransposed: Bool = false) {
        self.name = name
        weight = .absent(isTransposed ? [input, output] : [output, input])
        bias = hasBias ? .absent([output]) : nil
        self.isTransposed = isTransposed
    }

    /// x·wᵀ + b, [position, in] → [position, out].
    public func callAsFunction(_ x: Tensor) -> Tensor {
        let y = withoutBias(x)
        return bias.map { y.adding(bias: $0.tensor) } ?? y
    }

    /// x·wᵀ, [position, in] → [position, out].
    public func withoutBias(_ x: Tensor) -> Tensor {
        isTransposed ? x.multiplied(by: weight) : x.linear(weight)
    }

    /// The width of what comes out.
    var outputs: Int { isTransposed ? weight.shape.matrix.columns : weight.shape.matrix.rows }

    /// `weight`, then `bias` where there is one.
    public mutating func visitWeights<Failure: Error>(
        _ visit: (String, inout Weight) throws(Failure) -> Void
    ) throws(Failure) {
        try visit("\(name).weight", &weight)
        if var bias {
            try visit("\(name).bias", &bias)
            self.bias = bias
        }
    }
}
