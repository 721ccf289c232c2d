import COpenBLAS

/// a·b, [m, k] · [k, n] → [m, n].
///
/// - Parameters:
///   - a: The left factor: [m, k].
///   - b: The right factor: [k, n].
///   - exact: Whether to compute in fp32 whatever the precision set for the model's products.
public func product(_ a: Matrix, _ b: Matrix, exact: Bool = false) -> [Float] {
    precondition(a.columns == b.rows, "[\(a.rows), \(a.columns)] · [\(b.rows), \(b.columns)]")
    return unsafe [Float](count: a.rows * b.columns) { y in
        unsafe spreadProduct(a, b, factor: 1, exact: exact, into: y, keeping: 0)
    }
}

/// c = factor·a·b + keeping·c, split among threads.
private func spreadProduct(
    _ a: Matrix, _ b: Matrix, factor: Float, exact: Bool = false, into c: UnsafeMutablePointer<Float>,
    keeping: Float
) {
    let sides = Arithmetic.current.sides(
        rows: a.rows, depth: a.columns, columns: b.columns, exact: exact || factor != 1)
    if let sides {
        return unsafe productInPanels(a, b, sides, factor: factor, into: c, keeping: keeping != 0)
    }
    // OpenBLAS' rounding depends on how many rows a call has, so calls do not depend on the number of
    // threads.
    let size = max(64, (1 << 22) / max(1, a.columns * b.columns))
    spread((a.rows + size - 1) / size) { own in
        for start in own.map({ $0 * size }) {
            unsafe multiply(
                a.elements, at: a.isTransposed ? start : start * a.stored.columns,
                stride: a.stored.columns, transposed: a.isTransposed,
                by: b.elements, strideB: b.stored.columns, transposedB: b.isTransposed,
                into: c, atC: start * b.columns, strideC: b.columns,
                (min(size, a.rows - start), b.columns, a.columns), factor: factor, keeping: keeping)
        }
    }
}

private func productInPanels(
    _ a: Matrix, _ b: Matrix, _ sides: PackedSides, factor: Float, into c: UnsafeMutablePointer<Float>,
    keeping: Bool
) {
    let (strideA, strideB) = (a.stored.columns, b.stored.columns)
    unsafe multiplyInPanels(
        (a.rows, a.columns, b.columns), sides, into: c, keeping: keeping,
        left: { strips, rows, depth in
            if a.isTransposed {
                unsafe strips.fill(
                    rows: rows, transposing: a.elements, at: depth.lowerBound * strideA, stride: strideA)
            } else {
                unsafe strips.fill(rows: rows, a.elements, at: depth.lowerBound, stride: strideA)
            }
        },
        right: { panels, depth, columns in
            let (row, column) = (depth.lowerBound, columns.lowerBound)
            let (rows, columns) = (0..<depth.count, 0..<columns.count)
            if b.isTransposed {
                unsafe panels.fill(
                    columns: columns, rows: rows, transposing: b.elements, at: column * strideB + row,
                    stride: strideB)
            } else {
                unsafe panels.fill(
                    rows: rows, columns: columns, b.elements, at: row * strideB + column, stride: strideB)
            }
            panels.scale(by: factor)
        })
}

/// c += factor·a·b, [m, k] · [k, n] → [m, n].
public func addProduct(_ a: Matrix, _ b: Matrix, factor: Float = 1, to c: inout [Float]) {
    precondition(
        a.columns == b.rows && c.count == a.rows * b.columns,
        "[\(a.rows), \(a.columns)] · [\(b.rows), \(b.columns)] into \(c.count) numbers")
    unsafe c.change { c in unsafe spreadProduct(a, b, factor: factor, into: c, keeping: 1) }
}

/// c = factor·a·b + keeping·c (sgemm) on slices of larger matrices, each with a start and a leading
/// dimension.
///
/// - Parameter size: rows of c, columns of c, and the inner dimension.
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
