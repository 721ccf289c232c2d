import COpenBLAS

// A product with a stored weight expands some rows of it, multiplies, and goes on to the next rows: the expanded
// piece stays in the processor's cache, and no more than a piece is ever there as `Float`.

private let pieceSize = 1 << 19  // numbers: 2 MB

/// Calls `body` with consecutive rows of `weight` as numbers.
package func forEachPiece(of weight: StoredMatrix, _ body: (Range<Int>, UnsafePointer<Float>) -> Void) {
    if unsafe weight.withNumbers({ unsafe body(0..<weight.rows, $0) }) { return }
    let rows = max(1, min(weight.rows, pieceSize / weight.columns))
    let scratch = unsafe UnsafeMutablePointer<Float>.allocate(capacity: rows * weight.columns)
    defer { unsafe scratch.deallocate() }
    for start in stride(from: 0, to: weight.rows, by: rows) {
        let piece = start..<min(start + rows, weight.rows)
        unsafe weight.expand(rows: piece, into: scratch)
        unsafe body(piece, UnsafePointer(scratch))
    }
}

/// x·wᵀ, [m, in] · [out, in]ᵀ → [m, out].
public func linear(_ x: [Float], _ weight: StoredMatrix) -> [Float] {
    let m = x.count / weight.columns
    precondition(m * weight.columns == x.count, "\(x.count) numbers for rows of \(weight.columns)")
    return [Float](count: m * weight.rows) { y in
        unsafe forEachPiece(of: weight) { piece, w in
            unsafe cblas_sgemm(
                CblasRowMajor, CblasNoTrans, CblasTrans, blasint(m), blasint(piece.count), blasint(weight.columns),
                1, x, blasint(weight.columns), w, blasint(weight.columns),
                0, y + piece.lowerBound, blasint(weight.rows))
        }
    }
}

/// dy·w, [m, out] · [out, in] → [m, in]: the gradient of `linear` at x.
public func linearPullback(_ dy: [Float], _ weight: StoredMatrix) -> [Float] {
    let m = dy.count / weight.rows
    precondition(m * weight.rows == dy.count, "\(dy.count) numbers for rows of \(weight.rows)")
    return [Float](count: m * weight.columns) { dx in
        unsafe forEachPiece(of: weight) { piece, w in
            unsafe cblas_sgemm(
                CblasRowMajor, CblasNoTrans, CblasNoTrans, blasint(m), blasint(weight.columns), blasint(piece.count),
                1, UnsafePointer(dy) + piece.lowerBound, blasint(weight.rows), w, blasint(weight.columns),
                piece.lowerBound == 0 ? 0 : 1, dx, blasint(weight.columns))
        }
    }
}
