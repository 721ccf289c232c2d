import CKernels

// Gates: one factor per head and sequence, multiplied onto that head's output.

/// z ⊙ gate, with one gate per head and sequence.
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
    let products = unsafe dotsOfRows(dy, z, rows, z.count / rows)
    return packing.sequences.flatMap { sequence in
        (0..<heads).map { head in
            Float(sequence.reduce(0.0) { $0 + Double(products[$1 * heads + head]) })
        }
    }
}

/// The dot products of m rows of n elements, split among threads.
private func dotsOfRows(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ m: Int, _ n: Int) -> [Float] {
    unsafe [Float](count: m) { y in
        spreadRows(m, of: n) { own in
            let (first, start) = (own.lowerBound, own.lowerBound * n)
            unsafe kernel_dot_rows(y + first, a + start, b + start, own.count, n)
        }
    }
}
