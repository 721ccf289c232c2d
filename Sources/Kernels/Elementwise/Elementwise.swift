import CKernels

/// a + b
public func sum(_ a: [Float], _ b: [Float]) -> [Float] {
    precondition(a.count == b.count, "\(a.count) + \(b.count) numbers")
    return unsafe elementwise(a, b, a.count, kernel_add)
}

/// a ⊙ b
public func elementwiseProduct(_ a: [Float], _ b: [Float]) -> [Float] {
    precondition(a.count == b.count, "\(a.count) ⊙ \(b.count) numbers")
    return unsafe elementwise(a, b, a.count, kernel_multiply)
}

/// factor · x
public func scaled(_ x: [Float], by factor: Float) -> [Float] {
    unsafe elementwise(x, x, x.count) { y, x, _, n in unsafe kernel_scale(y, factor, x, n) }
}

/// y += x
public func accumulate(_ x: [Float], into y: inout [Float]) {
    precondition(x.count == y.count, "\(x.count) into \(y.count) numbers")
    unsafe y.change { y in
        spreadNumbers(x.count) { own in
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

/// The dot product of a and b in double precision, summed in order.
public func dot(_ a: [Double], _ b: [Double]) -> Double {
    precondition(a.count == b.count, "\(a.count) · \(b.count) numbers")
    var sum = 0.0
    for index in a.indices { sum += a[index] * b[index] }
    return sum
}

/// The sum of all numbers.
public func total(_ x: [Float]) -> Float {
    unsafe kernel_sum(x, x.count)
}

/// Each row of x plus `bias`, [m, n] + [n] → [m, n].
public func addingToRows(_ x: [Float], _ bias: [Float]) -> [Float] {
    unsafe rowwise(x, x.count / bias.count, bias.count) { y, x, rows in
        unsafe kernel_add_to_rows(y, x, bias, rows.count, bias.count)
    }
}

/// Each row of x times `factors`, [m, n] ⊙ [n] → [m, n].
public func scaledColumns(_ x: [Float], by factors: [Float]) -> [Float] {
    unsafe rowwise(x, x.count / factors.count, factors.count) { y, x, rows in
        unsafe kernel_multiply_rows(y, x, factors, rows.count, factors.count)
    }
}

/// Each row of x times its own factor, [m, n] · [m] → [m, n].
public func scaledRows(_ x: [Float], by factors: [Float]) -> [Float] {
    let n = x.count / max(1, factors.count)
    return unsafe factors.withUnsafeBufferPointer { factors in
        unsafe rowwise(x, factors.count, n) { y, x, rows in
            unsafe kernel_scale_rows(y, factors.baseAddress! + rows.lowerBound, x, rows.count, n)
        }
    }
}

/// The sum of all rows, [m, n] → [n].
public func sumOfRows(_ x: [Float], rowLength n: Int) -> [Float] {
    var y = [Float](repeating: 0, count: n)
    unsafe y.change { unsafe kernel_add_rows($0, x, x.count / n, n) }
    return y
}

/// m rows of n elements, each computed from that row of x, split among threads; `kernel` gets the addresses
/// of some rows.
private func rowwise(
    _ x: UnsafePointer<Float>, _ m: Int, _ n: Int,
    _ kernel: (_ y: UnsafeMutablePointer<Float>, _ x: UnsafePointer<Float>, _ rows: Range<Int>) -> Void
) -> [Float] {
    unsafe [Float](count: m * n) { y in
        spreadRows(m, of: n) { rows in
            let start = rows.lowerBound * n
            unsafe kernel(y + start, x + start, rows)
        }
    }
}

/// n elements, each computed from those of a and b, split among threads.
func elementwise(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ n: Int,
    _ kernel: (
        _ y: UnsafeMutablePointer<Float>, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ n: Int
    ) -> Void
) -> [Float] {
    unsafe [Float](count: n) { y in
        spreadNumbers(n) { own in
            let start = own.lowerBound
            unsafe kernel(y + start, a + start, b + start, own.count)
        }
    }
}
