public import Kernels

/// A weight: frozen in the format of its file, or as a tensor that may be trained.
public enum Weight: Sendable {
    /// Not loaded yet; only its shape is known.
    case absent(Shape)
    /// Frozen, in the format of its file; expanded a piece at a time inside its product.
    case stored(StoredMatrix)
    /// A tensor; trained if it requires gradients: [out, in].
    case tensor(Tensor)

    /// Rows and columns: [out, in].
    public var shape: Shape {
        switch self {
        case .stored(let matrix): [matrix.rows, matrix.columns]
        case .tensor(let tensor): tensor.shape
        case .absent(let shape): shape
        }
    }

    /// The tensor of a weight that is not stored in its file's format; traps otherwise.
    public var tensor: Tensor {
        guard case .tensor(let tensor) = self else {
            preconditionFailure("a weight \(shape) not held as numbers")
        }
        return tensor
    }
}

extension Weight {
    /// x·wᵀ, or x·w for a weight whose columns are outputs: [m, in] → [m, out].
    func product(_ x: [Float], transposed: Bool = false) -> [Float] {
        let (rows, columns) = shape.matrix
        switch self {
        case .absent: preconditionFailure("a weight \(shape) that was never read")
        case .stored(let w): return transposed ? linearPullback(x, w) : Kernels.linear(x, w)
        case .tensor(let w):
            let (W, width) = (Matrix(w.elements, rows, columns), transposed ? rows : columns)
            let X = Matrix(x, x.count / max(1, width), width)
            return Kernels.product(X, transposed ? W : W.transposed)
        }
    }
}
