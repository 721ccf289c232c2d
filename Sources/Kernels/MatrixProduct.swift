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
        let fitsPanels = b.columns >= Products.Precision.fp32.panelColumns && a.columns > 0
        guard !fitsPanels || !Products.usesPanels(rows: own.count, .fp32) else {
            return unsafe productInPanels(a, rows: own, b, factor: factor, into: c, keeping: keeping != 0)
        }
        unsafe multiply(
            a.elements, at: a.isTransposed ? own.lowerBound : own.lowerBound * a.stored.columns,
            stride: a.stored.columns, transposed: a.isTransposed,
            by: b.elements, strideB: b.stored.columns, transposedB: b.isTransposed,
            into: c, atC: own.lowerBound * b.columns, strideC: b.columns,
            (own.count, b.columns, a.columns), factor: factor, keeping: keeping)
    }
}

/// Some rows of c = factor·a·b, or c += factor·a·b, a block of b after the other.
private func productInPanels(
    _ a: Matrix, rows own: Range<Int>, _ b: Matrix, factor: Float, into c: UnsafeMutablePointer<Float>,
    keeping: Bool
) {
    let (k, n, strideA, strideB) = (a.columns, b.columns, a.stored.columns, b.stored.columns)
    for depth in evenPieces(of: 0..<k, atMost: 768) {
        let row = depth.lowerBound
        let strips = Strips(rows: own.count, depth: depth.count)
        if a.isTransposed {
            unsafe strips.fill(transposing: a.elements, at: row * strideA + own.lowerBound, stride: strideA)
        } else {
            unsafe strips.fill(a.elements, at: own.lowerBound * strideA + row, stride: strideA)
        }
        for width in evenPieces(
            of: 0..<n, atMost: (1 << 18) / depth.count, unit: Products.Precision.fp32.panelColumns)
        {
            let panels = Panels(depth: depth.count, width: width.count)
            let column = width.lowerBound
            if b.isTransposed {
                unsafe panels.fill(transposing: b.elements, at: column * strideB + row, stride: strideB)
            } else {
                unsafe panels.fill(b.elements, at: row * strideB + column, stride: strideB)
            }
            panels.scale(by: factor)
            unsafe panels.multiply(
                strips, into: c + own.lowerBound * n + column, strideC: n, keeping: keeping || row > 0)
        }
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
