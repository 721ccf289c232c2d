public import Kernels

extension Tensor {
    /// Multiplies each head's output by a gate, one per head and sequence.
    ///
    ///     y     = ξ[sequence, head] · z       [position, head, dHead]
    ///     dz    = ξ[sequence, head] · dy
    ///     dξ    = Σ over the sequence's positions of dy ⊙ z        [sequence, head]
    ///
    /// With ξ = 1 the last line is Σ z·∂L/∂z, which equals Σ A⊙∂L/∂A over the head's attention matrix A.
    public func gated(by gates: Tensor, _ packing: Packing) -> Tensor {
        let (positions, heads, _) = shape.heads
        precondition(
            gates.shape == [packing.count, heads], "gates \(gates.shape) for \(packing.count) × \(heads)")
        precondition(positions == packing.rows, "\(positions) positions, \(packing.rows) in the packing")
        let (z, g) = (elements, gates.elements)
        return Tensor(
            applyGates(z, g, heads: heads, packing: packing), shape: shape,
            from: Input(self) { dy in applyGates(dy, g, heads: heads, packing: packing) },
            Input(gates) { dy in gatesPullback(dy, at: z, heads: heads, packing: packing) })
    }
}
