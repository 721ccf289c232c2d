import Kernels

extension Tensor {
    /// Root-mean-square normalization of each row.
    ///
    ///     r  = 1 / √(mean(x²) + ε)            [m]
    ///     y  = x·r ⊙ w                        [m, n]
    ///     dx = r·g − x·r³·mean(g ⊙ x), g = dy ⊙ w
    ///     dw = Σ over rows of dy ⊙ x·r        [n]
    ///
    /// - Source: Zhang and Sennrich 2019, equation 4.
    public func rmsNorm(weight: Tensor, epsilon: Float) -> Tensor {
        precondition(weight.shape == [shape.last], "a weight \(weight.shape) for rows of \(shape)")
        let (x, w) = (elements, weight.elements)
        let (y, r) = Kernels.rmsNorm(x, weight: w, epsilon: epsilon)
        return Tensor(
            y, shape: shape,
            from: Input(self) { dy in rmsNormPullback(dy, at: x, weight: w, inverse: r) },
            Input(weight) { dy in rmsNormWeightPullback(dy, at: x, inverse: r) })
    }

    /// Layer normalization of each row.
    ///
    ///     x̂  = (x − mean) / √(variance + ε)   [m, n]
    ///     y  = x̂ ⊙ w + b                      [m, n]
    ///     dx = r·(g − mean(g) − x̂·mean(g ⊙ x̂)), g = dy ⊙ w, r = 1 / √(variance + ε)
    ///     dw = Σ over rows of dy ⊙ x̂          [n]
    ///     db = Σ over rows of dy              [n]
    public func layerNorm(weight: Tensor, bias: Tensor, epsilon: Float) -> Tensor {
        let n = shape.last
        precondition(
            weight.shape == [n] && bias.shape == [n], "\(weight.shape), \(bias.shape) for rows of \(shape)")
        let (x, w) = (elements, weight.elements)
        let (y, mean, r) = Kernels.layerNorm(x, weight: w, bias: bias.elements, epsilon: epsilon)
        return Tensor(
            y, shape: shape,
            from: Input(self) { dy in layerNormPullback(dy, at: x, weight: w, mean: mean, inverse: r) },
            Input(weight) { dy in normWeightPullback(dy, at: x, mean: mean, inverse: r) },
            Input(bias) { dy in sumOfRows(dy, rowLength: n) })
    }
}
