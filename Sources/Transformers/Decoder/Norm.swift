public import Tensor

/// A normalization of each row, or of each head.
public struct Norm: Sendable, Weighted {
    /// The kind of norm.
    enum Kind: Sendable {
        /// RMS norm.
        case rms
        /// RMS norm whose weight is stored minus 1, as in Gemma.
        case rmsPlusOne
        /// Layer norm, with or without bias.
        case layer(hasBias: Bool)
    }

    let name: String
    let kind: Kind
    let epsilon: Float
    /// [width]
    public var weight: Weight
    /// [width], where there is one.
    public var bias: Weight?

    init(_ name: String, _ kind: Kind, width: Int, epsilon: Float) {
        self.name = name
        self.kind = kind
        self.epsilon = epsilon
        weight = .absent([width])
        if case .layer(hasBias: true) = kind { bias = .absent([width]) }
    }

    /// The rows of x, normed: [..., width] → [..., width].
    public func callAsFunction(_ x: Tensor) -> Tensor {
        switch kind {
        case .rms: x.rmsNorm(weight: weight.tensor, epsilon: epsilon)
        case .rmsPlusOne: x.rmsNorm(weight: weight.tensor.adding(1), epsilon: epsilon)
        case .layer:
            x.layerNorm(
                weight: weight.tensor, bias: bias?.tensor ?? Tensor(repeating: 0, shape: weight.shape),
                epsilon: epsilon)
        }
    }

    /// The same with a weight of ones and no bias.
    func unweighted(_ x: Tensor) -> Tensor {
        let ones = Tensor(repeating: 1, shape: weight.shape)
        return switch kind {
        case .rms, .rmsPlusOne: x.rmsNorm(weight: ones, epsilon: epsilon)
        case .layer:
            x.layerNorm(weight: ones, bias: Tensor(repeating: 0, shape: weight.shape), epsilon: epsilon)
        }
    }

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
