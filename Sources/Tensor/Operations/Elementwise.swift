import Kernels

extension Tensor {
    /// The sum of two tensors of one shape.
    ///
    ///     y  = a + b
    ///     da = dy        db = dy
    public static func + (a: Tensor, b: Tensor) -> Tensor {
        precondition(a.shape == b.shape, "\(a.shape) + \(b.shape)")
        return Tensor(
            Kernels.sum(a.elements, b.elements), shape: a.shape,
            from: Input(a) { dy in dy }, Input(b) { dy in dy })
    }

    /// The elementwise product of two tensors of one shape.
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
}
