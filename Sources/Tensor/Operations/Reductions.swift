import Kernels

extension Tensor {
    /// The sum of all elements.
    ///
    ///     y  = Σ x                            [...] → []
    ///     dx = dy everywhere
    public func sum() -> Tensor {
        let count = elements.count
        return Tensor(
            [total(elements)], shape: [],
            from: Input(self) { dy in [Float](repeating: dy[0], count: count) })
    }

    /// The sum of all elements, each with a constant weight.
    ///
    ///     y  = Σ w ⊙ x                        [...] → []
    ///     dx = dy·w
    public func sum(weightedBy weights: [Float]) -> Tensor {
        precondition(weights.count == elements.count, "\(weights.count) weights for \(shape)")
        return Tensor(
            [dot(elements, weights)], shape: [],
            from: Input(self) { dy in Kernels.scaled(weights, by: dy[0]) })
    }
}
