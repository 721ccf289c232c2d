import CKernels

// A product with a stored weight expands a few rows to fp32, multiplies them, and goes on to the next rows.
// The expanded piece stays in the processor's cache, and the whole weight never exists as `Float`.

/// Calls `body` with consecutive rows of `weight` expanded to floats, about `numbers` elements at a time, for
/// all rows or those wanted.
package func forEachPiece(
    of weight: StoredMatrix, rows wanted: Range<Int>? = nil, numbers: Int = 1 << 19,
    _ body: (Range<Int>, UnsafePointer<Float>) -> Void
) {
    let wanted = wanted ?? 0..<weight.rows
    if unsafe weight.withNumbers({ unsafe body(wanted, $0 + wanted.lowerBound * weight.columns) }) { return }
    let rows = max(1, min(wanted.count, numbers / weight.columns))
    let scratch = UnsafeMutablePointer<Float>.allocate(capacity: rows * weight.columns)
    defer { unsafe scratch.deallocate() }
    for start in stride(from: wanted.lowerBound, to: wanted.upperBound, by: rows) {
        let piece = start..<min(start + rows, wanted.upperBound)
        unsafe weight.expand(rows: piece, into: scratch)
        unsafe body(piece, UnsafePointer(scratch))
    }
}

/// Calls `body` with tiles of `weight` expanded to floats, `height` rows and few enough columns to fit the L1
/// cache: the rows, the columns, the tile [rows, columns], and its leading dimension.
private func forEachTile(
    of weight: StoredMatrix, _ wanted: Range<Int>, _ columns: Range<Int>, by height: Int,
    _ body: (Range<Int>, Range<Int>, UnsafePointer<Float>, _ stride: Int) -> Void
) {
    if unsafe weight.withNumbers({
        let stride = weight.columns
        unsafe body(wanted, columns, $0 + wanted.lowerBound * stride + columns.lowerBound, stride)
    }) {
        return
    }
    let parts = evenPieces(of: columns, atMost: 192, unit: max(32, weight.format.elementsPerBlock))
    let scratch = UnsafeMutablePointer<Float>.allocate(capacity: height * parts[0].count)
    defer { unsafe scratch.deallocate() }
    unsafe weight.withStart { bytes in
        for start in stride(from: wanted.lowerBound, to: wanted.upperBound, by: height) {
            let rows = start..<min(start + height, wanted.upperBound)
            for part in parts {
                unsafe weight.expand(rows, part, from: bytes, into: scratch)
                unsafe body(rows, part, UnsafePointer(scratch), part.count)
            }
        }
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

/// `linear` for m rows at an address; threads split the outputs.
func linear(
    _ x: UnsafePointer<Float>, at start: Int = 0, rows m: Int, _ weight: StoredMatrix,
    into y: UnsafeMutablePointer<Float>
) {
    if let sides = Arithmetic.current.sides(rows: m, weight.format) {
        return unsafe linearInPanels(x + start, rows: m, weight, sides, into: y)
    }
    spread(weight.rows, atLeast: 64) { own in
        guard m >= Least.rows else {
            // The weight is read once; each piece is multiplied while it is in the L1 cache.
            return unsafe forEachPiece(of: weight, rows: own, numbers: 1 << 12) { piece, w in
                unsafe kernel_dots(
                    y + piece.lowerBound, weight.rows, x + start, w, m, piece.count, weight.columns)
            }
        }
        unsafe forEachPiece(of: weight, rows: own) { piece, w in
            unsafe multiply(
                x, at: start, stride: weight.columns, by: w, strideB: weight.columns, transposedB: true,
                into: y, atC: piece.lowerBound, strideC: weight.rows, (m, piece.count, weight.columns))
        }
    }
}

/// `linearPullback` for m rows at an address; threads split the rows.
func linearPullback(
    _ dy: UnsafePointer<Float>, rows m: Int, _ weight: StoredMatrix,
    into dx: UnsafeMutablePointer<Float>, at start: Int = 0
) {
    if let sides = Arithmetic.current.sides(rows: m, weight.format) {
        return unsafe linearPullbackInPanels(dy, rows: m, weight, sides, into: dx + start)
    }
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

// A weight is expanded a few rows at a time and packed into panels while in the L1 cache. A bf16 weight is
// packed as it is stored, where panels hold bf16.

private func linearInPanels(
    _ x: UnsafePointer<Float>, rows m: Int, _ weight: StoredMatrix, _ sides: PackedSides,
    into y: UnsafeMutablePointer<Float>
) {
    let (k, n) = (weight.columns, weight.rows)
    unsafe multiplyInPanels(
        (m, k, n), sides, unit: (weight.format.elementsPerBlock, 1), into: y,
        left: { strips, rows, depth in unsafe strips.fill(rows: rows, x, at: depth.lowerBound, stride: k) },
        right: { panels, depth, columns in
            if sides.right.areBF16,
                unsafe weight.withBF16({
                    let first = 2 * (columns.lowerBound * k + depth.lowerBound)
                    unsafe panels.fill(columns: columns.count, transposingBF16: $0 + first, stride: k)
                })
            {
                return
            }
            unsafe forEachTile(of: weight, columns, depth, by: sides.right.panelColumns) {
                few, part, w, stride in
                unsafe panels.fill(
                    columns: few.relative(to: columns), rows: part.relative(to: depth), transposing: w,
                    stride: stride)
            }
        })
}

private func linearPullbackInPanels(
    _ dy: UnsafePointer<Float>, rows m: Int, _ weight: StoredMatrix, _ sides: PackedSides,
    into dx: UnsafeMutablePointer<Float>
) {
    let (k, n) = (weight.rows, weight.columns)
    unsafe multiplyInPanels(
        (m, k, n), sides,
        unit: (1, weight.format.elementsPerBlock), into: dx,
        left: { strips, rows, depth in unsafe strips.fill(rows: rows, dy, at: depth.lowerBound, stride: k) },
        right: { panels, depth, columns in
            if sides.right.areBF16,
                unsafe weight.withBF16({
                    let first = 2 * (depth.lowerBound * n + columns.lowerBound)
                    unsafe panels.fill(columns: columns.count, bf16: $0 + first, stride: n)
                })
            {
                return
            }
            unsafe forEachTile(of: weight, depth, columns, by: 32) { few, part, w, stride in
                unsafe panels.fill(
                    rows: few.relative(to: depth), columns: part.relative(to: columns), w, stride: stride)
            }
        })
}

extension Range<Int> {
    /// This range relative to the start of another.
    fileprivate func relative(to whole: Range<Int>) -> Range<Int> {
        lowerBound - whole.lowerBound..<upperBound - whole.lowerBound
    }
}
