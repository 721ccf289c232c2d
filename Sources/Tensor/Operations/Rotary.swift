public import Kernels

extension Tensor {
    /// Rotary position embedding (RoPE): each pair of a head is rotated by an angle proportional to the row's
    /// position.
    ///
    ///     y  = R(position)·x                  [position, head, dHead]
    ///     dx = R(−position)·dy
    ///
    /// - Source: Su et al. 2021, equation 34; pairs are (i, i + dHead/2).
    public func rotated(_ table: RotaryTable) -> Tensor {
        let (_, _, dHead) = shape.heads
        return Tensor(
            rotate(elements, table, dHead: dHead), shape: shape,
            from: Input(self) { dy in rotate(dy, table, dHead: dHead, back: true) })
    }
}
