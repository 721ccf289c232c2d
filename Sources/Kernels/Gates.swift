import CKernels

// One number for each head of each sequence, multiplied onto that head's output.

/// z ⊙ gate, each head of each sequence by its own gate.
///
/// - Parameters: z [position, heads, dHead]; gates [sequence, heads].
public func applyGates(_ z: [Float], _ gates: [Float], heads: Int, packing: Packing) -> [Float] {
    guard gates.contains(where: { $0 != 1 }) else { return z }  // the usual case: gates that are only read
    let dHead = z.count / (heads * packing.rows)
    return unsafe [Float](count: z.count) { y in
        for (sequence, rows) in packing.sequences.enumerated() {
            for row in rows {
                for head in 0..<heads {
                    let start = (row * heads + head) * dHead
                    unsafe kernel_scale(
                        y + start, gates[sequence * heads + head], UnsafePointer(z) + start, dHead)
                }
            }
        }
    }
}

/// dgate = Σ over the head's positions and width of dy ⊙ z: [sequence, heads].
public func gatesPullback(_ dy: [Float], at z: [Float], heads: Int, packing: Packing) -> [Float] {
    let dHead = z.count / (heads * packing.rows)
    var gates = [Float](repeating: 0, count: packing.count * heads)
    for (sequence, rows) in packing.sequences.enumerated() {
        for head in 0..<heads {
            var sum = 0.0
            for row in rows {
                let start = (row * heads + head) * dHead
                sum += Double(unsafe kernel_dot(UnsafePointer(dy) + start, UnsafePointer(z) + start, dHead))
            }
            gates[sequence * heads + head] = Float(sum)
        }
    }
    return gates
}
