import Kernels

extension Tensor {
    /// The softmax of each row.
    ///
    ///     y  = exp(x) / Σ exp(x)              [..., n]
    ///     dx = y ⊙ (dy − Σ(y ⊙ dy))           [..., n]
    public func softmax() -> Tensor {
        let n = shape.last
        let y = Kernels.softmax(elements, rowLength: n)
        return Tensor(y, shape: shape, from: Input(self) { dy in softmaxPullback(dy, at: y, rowLength: n) })
    }

    /// The logarithm of the softmax of each row.
    ///
    ///     y  = x − log Σ exp(x)               [..., n]
    ///     dx = dy − exp(y)·Σ dy               [..., n]
    public func logSoftmax() -> Tensor {
        let n = shape.last
        let y = Kernels.logSoftmax(elements, rowLength: n)
        return Tensor(
            y, shape: shape, from: Input(self) { dy in logSoftmaxPullback(dy, at: y, rowLength: n) })
    }
}
