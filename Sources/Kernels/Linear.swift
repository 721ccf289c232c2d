// A product with a stored weight expands some rows of it, multiplies, and goes on to the next rows: the expanded
// piece stays in the processor's cache, and no more than a piece is ever there as `Float`.

private let pieceSize = 1 << 19  // numbers: 2 MB

/// Calls `body` with consecutive rows of `weight` as numbers, of all rows or some.
package func forEachPiece(
    of weight: StoredMatrix, rows wanted: Range<Int>? = nil,
    _ body: (Range<Int>, UnsafePointer<Float>) -> Void
) {
    let wanted = wanted ?? 0..<weight.rows
    if unsafe weight.withNumbers({ unsafe body(wanted, $0 + wanted.lowerBound * weight.columns) }) { return }
    let rows = max(1, min(wanted.count, pieceSize / weight.columns))
    let scratch = UnsafeMutablePointer<Float>.allocate(capacity: rows * weight.columns)
    defer { unsafe scratch.deallocate() }
    for start in stride(from: wanted.lowerBound, to: wanted.upperBound, by: rows) {
        let piece = start..<min(start + rows, wanted.upperBound)
        unsafe weight.expand(rows: piece, into: scratch)
        unsafe body(piece, UnsafePointer(scratch))
    }
}

/// x·wᵀ, [m, in] · [out, in]ᵀ → [m, out].
public func linear(_ x: [Float], _ weight: StoredMatrix) -> [Float] {
    let m = x.count / weight.columns
    precondition(m * weight.columns == x.count, "\(x.count) numbers for rows of \(weight.columns)")
    return unsafe [Float](count: m * weight.rows) { unsafe linear(x, rows: m, weight, into: $0) }
}

/// dy·w, [m, out] · [out, in] → [m, in]: the gradient of `linear` at x.
public func linearPullback(_ dy: [Float], _ weight: StoredMatrix) -> [Float] {
    let m = dy.count / weight.rows
    precondition(m * weight.rows == dy.count, "\(dy.count) numbers for rows of \(weight.rows)")
    return unsafe [Float](count: m * weight.columns) { unsafe linearPullback(dy, rows: m, weight, into: $0) }
}

/// `linear` of m rows that lie somewhere in memory; threads have outputs of their own.
func linear(
    _ x: UnsafePointer<Float>, at start: Int = 0, rows m: Int, _ weight: StoredMatrix,
    into y: UnsafeMutablePointer<Float>
) {
    spread(weight.rows, atLeast: 64) { own in
        unsafe forEachPiece(of: weight, rows: own) { piece, w in
            unsafe multiply(
                x, at: start, stride: weight.columns, by: w, strideB: weight.columns, transposedB: true,
                into: y, atC: piece.lowerBound, strideC: weight.rows, (m, piece.count, weight.columns))
        }
    }
}

/// `linearPullback` of m rows that lie somewhere in memory; threads have rows of their own.
func linearPullback(
    _ dy: UnsafePointer<Float>, rows m: Int, _ weight: StoredMatrix,
    into dx: UnsafeMutablePointer<Float>, at start: Int = 0
) {
    spread(m, atLeast: 16) { own in
        unsafe forEachPiece(of: weight) { piece, w in
            unsafe multiply(
                dy, at: own.lowerBound * weight.rows + piece.lowerBound, stride: weight.rows,
                by: w, strideB: weight.columns,
                into: dx, atC: start + own.lowerBound * weight.columns, strideC: weight.columns,
                (own.count, weight.columns, piece.count), keeping: piece.lowerBound == 0 ? 0 : 1)
        }
    }
}
