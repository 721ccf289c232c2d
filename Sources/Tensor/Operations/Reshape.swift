import Kernels

extension Tensor {
    /// The same elements in the same order under another shape.
    ///
    ///     y  = x
    ///     dx = dy
    public func reshaped(_ shape: Shape) -> Tensor {
        precondition(shape.count == self.shape.count, "\(self.shape) as \(shape)")
        return Tensor(elements, shape: shape, from: Input(self) { dy in dy })
    }

    /// The rows with these indices, in this order.
    ///
    ///     y_i    = x_rows[i]                  [m, n] → [rows, n]
    ///     dx_row = Σ over i with rows[i] = row of dy_i
    public func rows(_ rows: [Int]) -> Tensor {
        let (m, n) = shape.matrix
        precondition(rows.allSatisfy { (0..<m).contains($0) }, "rows of \(shape) out of range")
        return Tensor(
            gatherRows(elements, rowLength: n, rows: rows), shape: [rows.count, n],
            from: Input(self) { dy in scatterAddRows(dy, rowLength: n, rows: rows, count: m) })
    }

    /// Ranges of columns, concatenated.
    ///
    ///     y        = [x[:, range₁], x[:, range₂], …]             [m, n] → [m, Σ range.count]
    ///     dx[:, c] = Σ over the places of column c in y of dy
    public func columns(_ ranges: [Range<Int>]) -> Tensor {
        let (m, n) = shape.matrix
        precondition(
            ranges.allSatisfy { 0 <= $0.lowerBound && $0.upperBound <= n }, "columns \(ranges) of \(shape)")
        return Tensor(
            gatherColumns(elements, rowLength: n, ranges: ranges),
            shape: [m, ranges.reduce(0) { $0 + $1.count }],
            from: Input(self) { dy in scatterAddColumns(dy, ranges: ranges, rowLength: n) })
    }

    /// Matrices of equal width, concatenated along rows.
    ///
    ///     y    = [x₁; x₂; …]                  [m₁, n], [m₂, n], … → [Σ m, n]
    ///     dx_i = the rows of dy that x_i gave
    public static func stacked(_ parts: [Tensor]) -> Tensor {
        precondition(!parts.isEmpty, "nothing to stack")
        let n = parts[0].shape.matrix.columns
        precondition(parts.allSatisfy { $0.shape.matrix.columns == n }, "stacking \(parts.map(\.shape))")
        let packing = Packing(lengths: parts.map(\.shape.matrix.rows))
        return Tensor(parts.flatMap(\.elements), shape: [packing.rows, n], from: parts) { dy in
            packing.sequences.map { Array(dy[$0.lowerBound * n..<$0.upperBound * n]) }
        }
    }
}
