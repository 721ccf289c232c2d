import CKernels

// One number for each head of each sequence, multiplied onto that head's output.

/// z ⊙ gate, each head of each sequence by its own gate.
///
/// - Parameters: z [position, heads, dHead]; gates [sequence, heads].
public func applyGates(_ z: [Float], _ gates: [Float], heads: Int, packing: Packing) -> [Float] {
    guard gates.contains(where: { $0 != 1 }) else { return z }  // the usual case: gates that are only read
    let spread = packing.sequences.enumerated().flatMap { sequence, rows in
        rows.flatMap { _ in gates[sequence * heads..<(sequence + 1) * heads] }
    }
    return scaledRows(z, by: spread)
}

/// dgate = Σ over the head's positions and width of dy ⊙ z: [sequence, heads].
public func gatesPullback(_ dy: [Float], at z: [Float], heads: Int, packing: Packing) -> [Float] {
    let rows = packing.rows * heads
    let products = unsafe [Float](count: rows) { unsafe kernel_dot_rows($0, dy, z, rows, z.count / rows) }
    return packing.sequences.flatMap { sequence in
        (0..<heads).map { head in
            Float(sequence.reduce(0.0) { $0 + Double(products[$1 * heads + head]) })
        }
    }
}
