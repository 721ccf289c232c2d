import Kernels

extension Tensor {
    /// The sum of two tensors of the same shape.
    ///
    ///     y  = a + b
    ///     da = dy        db = dy
    public static func + (a: Tensor, b: Tensor) -> Tensor {
        precondition(a.shape == b.shape, "\(a.shape) + \(b.shape)")
        return Tensor(
            Kernels.sum(a.elements, b.elements), shape: a.shape,
            from: Input(a) { dy in dy }, Input(b) { dy in dy })
    }

    /// The elementwise product of two tensors of the same shape.
    ///
    ///     y  = a ⊙ b
    ///     da = dy ⊙ b        db = dy ⊙ a
    public static func * (a: Tensor, b: Tensor) -> Tensor {
        precondition(a.shape == b.shape, "\(a.shape) * \(b.shape)")
        let (x, u) = (a.elements, b.elements)
        return Tensor(
            elementwiseProduct(x, u), shape: a.shape,
            from: Input(a) { dy in elementwiseProduct(dy, u) }, Input(b) { dy in elementwiseProduct(dy, x) })
    }

    /// The tensor times a constant.
    ///
    ///     y  = c·x
    ///     dx = c·dy
    public func scaled(by factor: Float) -> Tensor {
        Tensor(
            Kernels.scaled(elements, by: factor), shape: shape,
            from: Input(self) { dy in Kernels.scaled(dy, by: factor) })
    }

    /// The tensor plus a constant.
    ///
    ///     y  = x + c
    ///     dx = dy
    public func adding(_ constant: Float) -> Tensor {
        Tensor(elements.map { $0 + constant }, shape: shape, from: Input(self) { dy in dy })
    }

    /// Soft cap.
    ///
    ///     y  = c·tanh(x / c)
    ///     dx = dy ⊙ (1 − (y / c)²)
    ///
    /// - Source: Gemma 2 report (2024), section 2.
    public func softCapped(by cap: Float) -> Tensor {
        let y = Kernels.softCapped(elements, by: cap)
        return Tensor(y, shape: shape, from: Input(self) { dy in softCapPullback(dy, at: y, cap: cap) })
    }

    /// Each column times its own factor.
    ///
    ///     y  = x ⊙ w in every row             [m, n] ⊙ [n] → [m, n]
    ///     dx = dy ⊙ w        dw = Σ over rows of dy ⊙ x
    public func scalingColumns(by w: Tensor) -> Tensor {
        let (_, n) = shape.matrix
        precondition(w.shape == [n], "factors \(w.shape) for the columns of \(shape)")
        let (x, factors) = (elements, w.elements)
        return Tensor(
            scaledColumns(x, by: factors), shape: shape,
            from: Input(self) { dy in scaledColumns(dy, by: factors) },
            Input(w) { dy in sumOfRows(elementwiseProduct(dy, x), rowLength: n) })
    }
}
