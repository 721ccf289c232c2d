public import Kernels

extension Tensor {
    /// Rotary position embedding: each pair of a head turns by an angle that grows with the row's position.
    ///
    ///     y  = R(position)·x                  [position, head, dHead]
    ///     dx = R(−position)·dy
    ///
    /// - Source: Su et al. 2021, equation 34; pairs are (i, i + dHead/2).
    public func rotated(_ table: RotaryTable, positions: [Int32]) -> Tensor {
        let (rows, _, dHead) = shape.heads
        precondition(rows == positions.count, "\(positions.count) positions for \(shape)")
        return Tensor(
            rotate(elements, table, positions: positions, dHead: dHead), shape: shape,
            from: Input(self) { dy in rotate(dy, table, positions: positions, dHead: dHead, back: true) })
    }
}
