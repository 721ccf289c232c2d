import CKernels

/// a + b
public func sum(_ a: [Float], _ b: [Float]) -> [Float] {
    precondition(a.count == b.count, "\(a.count) + \(b.count) numbers")
    return unsafe [Float](count: a.count) { y in unsafe kernel_add(y, a, b, a.count) }
}

/// a ⊙ b
public func elementwiseProduct(_ a: [Float], _ b: [Float]) -> [Float] {
    precondition(a.count == b.count, "\(a.count) ⊙ \(b.count) numbers")
    return unsafe [Float](count: a.count) { y in unsafe kernel_multiply(y, a, b, a.count) }
}

/// factor · x
public func scaled(_ x: [Float], by factor: Float) -> [Float] {
    unsafe [Float](count: x.count) { y in unsafe kernel_scale(y, factor, x, x.count) }
}

/// y += x
public func accumulate(_ x: [Float], into y: inout [Float]) {
    precondition(x.count == y.count, "\(x.count) into \(y.count) numbers")
    unsafe y.withUnsafeMutableBufferPointer { y in
        if let base = unsafe y.baseAddress { unsafe kernel_add_scaled(base, 1, x, x.count) }
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
    let n = bias.count
    return unsafe [Float](count: x.count) { y in
        for start in stride(from: 0, to: x.count, by: n) {
            unsafe kernel_add(y + start, UnsafePointer(x) + start, bias, n)
        }
    }
}

/// The sum of all rows, [m, n] → [n].
public func sumOfRows(_ x: [Float], rowLength n: Int) -> [Float] {
    var y = [Float](repeating: 0, count: n)
    unsafe y.withUnsafeMutableBufferPointer { y in
        guard let base = unsafe y.baseAddress else { return }
        for start in stride(from: 0, to: x.count, by: n) {
            unsafe kernel_add_scaled(base, 1, UnsafePointer(x) + start, n)
        }
    }
    return y
}

/// Each row of x times its own factor, [m, n] · [m] → [m, n].
public func scaledRows(_ x: [Float], by factors: [Float]) -> [Float] {
    let n = x.count / max(1, factors.count)
    return unsafe [Float](count: x.count) { y in
        for row in factors.indices {
            unsafe kernel_scale(y + row * n, factors[row], UnsafePointer(x) + row * n, n)
        }
    }
}
