import Kernels
import Tensor

extension LowRank {
    /// The merged weight w + s·b·a.
    ///
    /// - Parameters:
    ///   - isTransposed: Whether the weight is [in, out].
    ///   - magnitudes: DoRA's learned norm of the weights of each output, if any: [out].
    /// - Source: Hu et al. 2021, equation 3; Liu et al. 2024, equation 5, for magnitudes.
    func added(to weight: Weight, isTransposed: Bool, magnitudes: [Float]? = nil) -> Tensor {
        let (rows, columns) = weight.shape.matrix
        let (inputs, outputs) = isTransposed ? (rows, columns) : (columns, rows)
        let A = Matrix(a.tensor.elements, rank, inputs)
        let B = Matrix(b.tensor.elements, outputs, rank)
        var w = weight.numbers
        if isTransposed {
            addProduct(A.transposed, B.transposed, factor: scale, to: &w)
        } else {
            addProduct(B, A, factor: scale, to: &w)
        }
        if let magnitudes {
            let factors = zip(magnitudes, lengths(w, columns: columns, ofRows: !isTransposed)).map { $0 / $1 }
            for row in 0..<rows {
                for column in 0..<columns {
                    w[row * columns + column] *= factors[isTransposed ? column : row]
                }
            }
        }
        return Tensor(w, shape: weight.shape)
    }
}

extension Weight {
    /// The numbers of a weight in any form.
    var numbers: [Float] {
        switch self {
        case .absent(let shape): preconditionFailure("a weight \(shape) that was never read")
        case .stored(let matrix): matrix.expanded()
        case .tensor(let tensor): tensor.elements
        }
    }
}

/// The L2 norms of the rows or columns of a matrix.
private func lengths(_ w: [Float], columns: Int, ofRows: Bool) -> [Float] {
    var squares = [Double](repeating: 0, count: ofRows ? w.count / columns : columns)
    for (index, value) in w.enumerated() {
        squares[ofRows ? index / columns : index % columns] += Double(value) * Double(value)
    }
    return squares.map { Float($0.squareRoot()) }
}
