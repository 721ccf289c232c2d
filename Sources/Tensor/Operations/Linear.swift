import Kernels

extension Tensor {
    /// A linear layer without bias, weight [out, in].
    ///
    ///     y  = x·wᵀ                           [m, in] · [out, in]ᵀ → [m, out]
    ///     dx = dy·w                           [m, in]
    ///     dw = dyᵀ·x                          [out, in]
    public func linear(_ weight: Weight) -> Tensor {
        let ((m, width), (out, columns)) = (shape.matrix, weight.shape.matrix)
        precondition(width == columns, "\(shape) through a weight \(weight.shape)")
        let y = weight.product(elements)
        let x = Input(self) { dy in weight.product(dy, transposed: true) }
        guard case .tensor(let w) = weight else { return Tensor(y, shape: [m, out], from: x) }
        let X = Matrix(elements, m, width)
        return Tensor(
            y, shape: [m, out], from: x, Input(w) { dy in product(Matrix(dy, m, out).transposed, X) })
    }

    /// A linear layer without bias, weight [in, out], as in GPT-2 (Conv1D).
    ///
    ///     y  = x·w                            [m, in] · [in, out] → [m, out]
    ///     dx = dy·wᵀ                          [m, in]
    ///     dw = xᵀ·dy                          [in, out]
    public func multiplied(by weight: Weight) -> Tensor {
        let ((m, width), (rows, out)) = (shape.matrix, weight.shape.matrix)
        precondition(width == rows, "\(shape) times a weight \(weight.shape)")
        let y = weight.product(elements, transposed: true)
        let x = Input(self) { dy in weight.product(dy) }
        guard case .tensor(let w) = weight else { return Tensor(y, shape: [m, out], from: x) }
        let X = Matrix(elements, m, width)
        return Tensor(
            y, shape: [m, out], from: x, Input(w) { dy in product(X.transposed, Matrix(dy, m, out)) })
    }

    /// Adds a bias to every row.
    ///
    ///     y  = x + b                          [m, n] + [n] → [m, n]
    ///     dx = dy                             [m, n]
    ///     db = Σ over rows of dy              [n]
    public func adding(bias: Tensor) -> Tensor {
        let (_, n) = shape.matrix
        precondition(bias.shape == [n], "a bias \(bias.shape) for \(shape)")
        return Tensor(
            addingToRows(elements, bias.elements), shape: shape,
            from: Input(self) { dy in dy },
            Input(bias) { dy in sumOfRows(dy, rowLength: n) })
    }
}
