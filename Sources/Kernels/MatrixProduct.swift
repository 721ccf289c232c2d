import COpenBLAS

/// a·b, [m, k] · [k, n] → [m, n].
public func product(_ a: Matrix, _ b: Matrix) -> [Float] {
    precondition(a.columns == b.rows, "[\(a.rows), \(a.columns)] · [\(b.rows), \(b.columns)]")
    return unsafe [Float](count: a.rows * b.columns) { y in
        unsafe spreadProduct(a, b, factor: 1, into: y, keeping: 0)
    }
}

/// c = factor·a·b + keeping·c, its rows shared out to threads.
private func spreadProduct(
    _ a: Matrix, _ b: Matrix, factor: Float, into c: UnsafeMutablePointer<Float>, keeping: Float
) {
    spread(a.rows, atLeast: (1 << 22) / max(1, a.columns * b.columns)) { own in
        unsafe multiply(
            a.elements, at: a.isTransposed ? own.lowerBound : own.lowerBound * a.stored.columns,
            stride: a.stored.columns, transposed: a.isTransposed,
            by: b.elements, strideB: b.stored.columns, transposedB: b.isTransposed,
            into: c, atC: own.lowerBound * b.columns, strideC: b.columns,
            (own.count, b.columns, a.columns), factor: factor, keeping: keeping)
    }
}

/// c += factor·a·b, [m, k] · [k, n] → [m, n].
public func addProduct(_ a: Matrix, _ b: Matrix, factor: Float = 1, to c: inout [Float]) {
    precondition(
        a.columns == b.rows && c.count == a.rows * b.columns,
        "[\(a.rows), \(a.columns)] · [\(b.rows), \(b.columns)] into \(c.count) numbers")
    unsafe c.change { c in unsafe spreadProduct(a, b, factor: factor, into: c, keeping: 1) }
}

/// c = factor·a·b + keeping·c on slices of larger matrices: each starts at a number and has rows `stride` apart.
///
/// - Parameter size: rows of c, columns of c, and what is summed over.
func multiply(
    _ a: UnsafePointer<Float>, at startA: Int = 0, stride strideA: Int, transposed: Bool = false,
    by b: UnsafePointer<Float>, atB: Int = 0, strideB: Int, transposedB: Bool = false,
    into c: UnsafeMutablePointer<Float>, atC: Int = 0, strideC: Int,
    _ size: (m: Int, n: Int, k: Int), factor: Float = 1, keeping: Float = 0
) {
    unsafe cblas_sgemm(
        CblasRowMajor, transposed ? CblasTrans : CblasNoTrans, transposedB ? CblasTrans : CblasNoTrans,
        blasint(size.m), blasint(size.n), blasint(size.k),
        factor, a + startA, blasint(strideA), b + atB, blasint(strideB),
        keeping, c + atC, blasint(strideC))
}
