import Kernels

extension Tensor {
    /// A linear layer with a frozen weight w and a LoRA adapter s·b·a.
    ///
    ///     y  = x·wᵀ + s·(u·aᵀ)·bᵀ             [m, in] → [m, out]
    ///     dx = dy·w                           [m, in]
    ///     du = s·(dy·b)·a                     [m, in]
    ///     da = s·(dy·b)ᵀ·u                    [rank, in]
    ///     db = s·dyᵀ·(u·aᵀ)                   [out, rank]
    ///
    /// u is x, or x after dropout; if it is x, dx and du are computed as one sum.
    ///
    /// - Parameters:
    ///   - weight: w, frozen: [out, in].
    ///   - isTransposed: Whether the weight is [in, out].
    ///   - a: The pair's lower matrix: [rank, in].
    ///   - b: The pair's upper matrix: [out, rank].
    ///   - scale: s: alpha / rank, or alpha / √rank with rsLoRA.
    ///   - dropped: u, if it is not x.
    /// - Source: Hu et al. 2021, equation 3.
    public func linear(
        _ weight: Weight, isTransposed: Bool = false, plus a: Tensor, _ b: Tensor, scale: Float,
        dropped: Tensor? = nil
    ) -> Tensor {
        let (m, width) = shape.matrix
        let (rows, columns) = weight.shape.matrix
        let (out, rank) = b.shape.matrix
        precondition(
            a.shape == [rank, width] && (isTransposed ? [columns, rows] : [rows, columns]) == [out, width],
            "\(shape) through a weight \(weight.shape) with \(a.shape) and \(b.shape)")
        if case .tensor(let w) = weight { precondition(!w.isTracked, "a weight under thin ones is frozen") }
        let U = Matrix((dropped ?? self).elements, m, width)
        let (A, B) = (Matrix(a.elements, rank, width), Matrix(b.elements, out, rank))
        let narrow = product(U, A.transposed)  // u·aᵀ: [m, rank]
        var y = weight.product(elements, transposed: isTransposed)
        addProduct(Matrix(narrow, m, rank), B.transposed, factor: scale, to: &y)

        let (needsX, isDropped) = (isTracked, dropped != nil)
        let inputs = dropped.map { [self, $0, a, b] } ?? [self, a, b]
        let keptU = a.isTracked ? U : nil
        let keptNarrow = b.isTracked ? Matrix(narrow, m, rank) : nil
        return Tensor(y, shape: [m, out], from: inputs) { dy in
            let DY = Matrix(dy, m, out)
            let slope = Matrix(Kernels.scaled(product(DY, B), by: scale), m, rank)  // s·dy·b
            var dx = needsX ? weight.product(dy, transposed: !isTransposed) : []
            let du = isDropped ? [needsX ? product(slope, A) : []] : []
            if needsX && !isDropped { addProduct(slope, A, to: &dx) }
            let da = keptU.map { product(slope.transposed, $0) } ?? []
            let db = keptNarrow.map { Kernels.scaled(product(DY.transposed, $0), by: scale) } ?? []
            return [dx] + du + [da, db]
        }
    }

    /// Dropout: each element is zeroed with probability p, the others are scaled to keep the mean.
    ///
    ///     y  = x ⊙ k / (1 − p)                k = 1 with probability 1 − p, else 0
    ///     dx = dy ⊙ k / (1 − p)
    ///
    /// The mask depends on the row's seed, the salt and the column alone, not on the other rows of the batch.
    ///
    /// - Source: Srivastava et al. 2014, with the factor moved to training.
    public func dropped(_ probability: Float, rowSeeds: [UInt64], salt: UInt64) -> Tensor {
        precondition(rowSeeds.count == shape.matrix.rows, "\(rowSeeds.count) seeds for the rows of \(shape)")
        return Tensor(
            dropout(elements, probability, rowSeeds: rowSeeds, salt: salt), shape: shape,
            from: Input(self) { dy in dropout(dy, probability, rowSeeds: rowSeeds, salt: salt) })
    }
}
