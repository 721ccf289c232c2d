public import Tensor

/// A linear layer, with or without a bias.
public struct Projection: Sendable, Weighted {
    /// Its name in the model's files, within its layer.
    public let name: String
    /// [out, in]; [in, out] where the file stores it so.
    public var weight: Weight
    /// [out], where there is one.
    public var bias: Weight?
    /// The LoRA adapter, if any.
    public var adapter: LowRank?
    /// Whether the weight is stored [in, out], as in GPT-2 (Conv1D).
    public let isTransposed: Bool

    init(_ name: String, from input: Int, to output: Int, hasBias: Bool = false, isTransposed: Bool = false) {
        self.name = name
        weight = .absent(isTransposed ? [input, output] : [output, input])
        bias = hasBias ? .absent([output]) : nil
        self.isTransposed = isTransposed
    }

    /// x·wᵀ + b, [position, in] → [position, out].
    ///
    /// - Parameters:
    ///   - x: The input: [position, in].
    ///   - dropout: The seed of each row, for the adapter's dropout.
    public func callAsFunction(_ x: Tensor, dropout: [UInt64]? = nil) -> Tensor {
        let y = withoutBias(x, dropout: dropout)
        return bias.map { y.adding(bias: $0.tensor) } ?? y
    }

    /// x·wᵀ, [position, in] → [position, out].
    public func withoutBias(_ x: Tensor, dropout: [UInt64]? = nil) -> Tensor {
        if let adapter {
            return adapter.applied(to: x, with: weight, isTransposed: isTransposed, dropout: dropout)
        }
        return isTransposed ? x.multiplied(by: weight) : x.linear(weight)
    }

    /// The weight with the adapter's change, where there is one: [out, in], or [in, out] where the file stores it so.
    public var effectiveWeight: Tensor {
        adapter?.added(to: weight, isTransposed: isTransposed) ?? Tensor(weight.numbers, shape: weight.shape)
    }

    /// The input width.
    public var inputs: Int { isTransposed ? weight.shape.matrix.rows : weight.shape.matrix.columns }
    /// The output width.
    public var outputs: Int { isTransposed ? weight.shape.matrix.columns : weight.shape.matrix.rows }

    /// `weight`, then `bias` and the adapter's, where there are any.
    public mutating func visitWeights<Failure: Error>(
        _ visit: (String, inout Weight) throws(Failure) -> Void
    ) throws(Failure) {
        try visit("\(name).weight", &weight)
        if var bias {
            try visit("\(name).bias", &bias)
            self.bias = bias
        }
        if var adapter {
            try adapter.visitWeights { (part, weight) throws(Failure) in try visit("\(name).\(part)", &weight)
            }
            self.adapter = adapter
        }
    }
}
