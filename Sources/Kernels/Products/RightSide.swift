import CKernels

/// The right side b of several products, [rows, columns]: packed into panels where that pays, otherwise used
/// in place.
@safe struct RightSide: ~Copyable {
    private let numbers: UnsafePointer<Float>
    private let stride: Int
    private let isTransposed: Bool
    private let factor: Float
    private let panels: Panels?

    /// b = factor·x, or factor·xᵀ. x is row-major with leading dimension `stride` and starts at element
    /// `first`.
    ///
    /// - Parameters: size: Rows and columns of b (after a transposition). left: The rows of all left sides
    ///   together.
    init(
        _ x: UnsafePointer<Float>, at first: Int, stride: Int, transposed: Bool = false, factor: Float = 1,
        _ size: (rows: Int, columns: Int), left: Int, _ arithmetic: Arithmetic
    ) {
        unsafe numbers = x + first
        (self.stride, isTransposed, self.factor) = (stride, transposed, factor)
        guard arithmetic.packsInAttention(rows: left) else {
            panels = nil
            return
        }
        let filled = Panels(depth: size.rows, width: size.columns, arithmetic.attentionNumbers)
        if factor == 1 {
            unsafe filled.fill(x + first, stride: stride, transposing: transposed)
        } else {
            // Scale before rounding to bf16.
            let (m, n) = transposed ? (size.columns, size.rows) : (size.rows, size.columns)
            let scaled = UnsafeMutablePointer<Float>.allocate(capacity: m * n)
            defer { unsafe scaled.deallocate() }
            for row in 0..<m {
                unsafe kernel_scale(scaled + row * n, factor, x + first + row * stride, n)
            }
            unsafe filled.fill(scaled, stride: n, transposing: transposed)
        }
        panels = consume filled
    }

    /// c = a·b, or c + a·b when `keeping`, with some rows and columns of b: a is [m, rows], c is [m,
    /// columns], both row-major with a start and a leading dimension.
    ///
    /// - Parameters: own: `columns.lowerBound` is a multiple of the panel width. strips: Memory to pack a
    ///   into, where b is packed.
    func multiply(
        _ a: UnsafePointer<Float>, at startA: Int = 0, stride strideA: Int, transposed: Bool = false,
        rows m: Int,
        by own: (rows: Range<Int>, columns: Range<Int>), in strips: inout Strips,
        into c: UnsafeMutablePointer<Float>, atC startC: Int = 0, strideC: Int, keeping: Bool = false
    ) {
        guard panels != nil else {
            let (row, column) = (own.rows.lowerBound, own.columns.lowerBound)
            return unsafe Kernels.multiply(
                a, at: startA, stride: strideA, transposed: transposed,
                by: numbers, atB: isTransposed ? column * stride + row : row * stride + column,
                strideB: stride, transposedB: isTransposed,
                into: c, atC: startC, strideC: strideC, (m, own.columns.count, own.rows.count),
                factor: factor, keeping: keeping ? 1 : 0)
        }
        strips.become(rows: m, depth: own.rows.count)
        if transposed {
            unsafe strips.fill(transposing: a, at: startA, stride: strideA)
        } else {
            unsafe strips.fill(a, at: startA, stride: strideA)
        }
        unsafe panels!.multiply(
            strips, part: own.rows, columns: own.columns, into: c + startC, strideC: strideC,
            keeping: keeping)
    }
}

extension Panels {
    fileprivate func fill(_ x: UnsafePointer<Float>, stride: Int, transposing: Bool) {
        if transposing {
            unsafe fill(transposing: x, stride: stride)
        } else {
            unsafe fill(x, stride: stride)
        }
    }
}
