import CKernels

/// a + b
public func sum(_ a: [Float], _ b: [Float]) -> [Float] {
    precondition(a.count == b.count, "\(a.count) + \(b.count) numbers")
    return unsafe [Float](count: a.count) { unsafe kernel_add($0, a, b, a.count) }
}

/// a ⊙ b
public func elementwiseProduct(_ a: [Float], _ b: [Float]) -> [Float] {
    precondition(a.count == b.count, "\(a.count) ⊙ \(b.count) numbers")
    return unsafe [Float](count: a.count) { unsafe kernel_multiply($0, a, b, a.count) }
}

/// factor · x
public func scaled(_ x: [Float], by factor: Float) -> [Float] {
    unsafe [Float](count: x.count) { unsafe kernel_scale($0, factor, x, x.count) }
}

/// y += x
public func accumulate(_ x: [Float], into y: inout [Float]) {
    precondition(x.count == y.count, "\(x.count) into \(y.count) numbers")
    unsafe y.change { y in
        spread(x.count, unit: 16, atLeast: 1 << 16) { own in
            unsafe x.withUnsafeBufferPointer {
                unsafe kernel_add_scaled(y + own.lowerBound, 1, $0.baseAddress! + own.lowerBound, own.count)
            }
        }
    }
}

/// The dot product of a and b.
public func dot(_ a: [Float], _ b: [Float]) -> Float {
    precondition(a.count == b.count, "\(a.count) · \(b.count) numbers")
    return unsafe kernel_dot(a, b, a.count)
}

/// The sum of all numbers.
public func total(_ x: [Float]) -> Float {
    unsafe kernel_sum(x, x.count)
}

/// Each row of x plus `bias`, [m, n] + [n] → [m, n].
public func addingToRows(_ x: [Float], _ bias: [Float]) -> [Float] {
    unsafe [Float](count: x.count) {
        unsafe kernel_add_to_rows($0, x, bias, x.count / bias.count, bias.count)
    }
}

/// Each row of x times `factors`, [m, n] ⊙ [n] → [m, n].
public func scaledColumns(_ x: [Float], by factors: [Float]) -> [Float] {
    let n = factors.count
    return unsafe [Float](count: x.count) { unsafe kernel_multiply_rows($0, x, factors, x.count / n, n) }
}

/// The sum of all rows, [m, n] → [n].
public func sumOfRows(_ x: [Float], rowLength n: Int) -> [Float] {
    var y = [Float](repeating: 0, count: n)
    unsafe y.change { unsafe kernel_add_rows($0, x, x.count / n, n) }
    return y
}

/// Each row of x times its own factor, [m, n] · [m] → [m, n].
public func scaledRows(_ x: [Float], by factors: [Float]) -> [Float] {
    let n = x.count / max(1, factors.count)
    return unsafe [Float](count: x.count) { unsafe kernel_scale_rows($0, factors, x, factors.count, n) }
}
