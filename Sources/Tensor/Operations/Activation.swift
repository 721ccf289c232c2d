public import Kernels

extension Tensor {
    /// A nonlinearity on every element.
    ///
    ///     y  = f(x)
    ///     dx = dy ⊙ f′(x)
    public func activated(_ f: Activation) -> Tensor {
        let x = elements
        return Tensor(
            activate(x, f), shape: shape,
            from: Input(self) { dy in activatePullback(dy, at: x, f) })
    }

    /// A nonlinearity that gates another tensor of the same shape.
    ///
    ///     y  = f(x) ⊙ u
    ///     dx = dy ⊙ u ⊙ f′(x)        du = dy ⊙ f(x)
    public func gating(_ u: Tensor, _ f: Activation) -> Tensor {
        precondition(shape == u.shape, "\(shape) gating \(u.shape)")
        let (x, uElements) = (elements, u.elements)
        return Tensor(Kernels.gated(x, uElements, f), shape: shape, from: [self, u]) { dy in
            let (dx, du) = gatedPullback(dy, at: x, uElements, f)
            return [dx, du]
        }
    }
}
