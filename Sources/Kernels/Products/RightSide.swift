import CKernels

/// The right side of several products, [rows, columns]: where it lies, or in panels where products are computed in them.
@safe struct RightSide: ~Copyable {
    private let numbers: UnsafePointer<Float>
    private let stride: Int
    private let isTransposed: Bool
    private let factor: Float
    private let panels: Panels?

    /// Left sides with fewer rows in all are not worth panels.
    private static let leastRows = 24

    /// `factor` times rows of x, which begin at a number and lie `stride` apart, or the transpose of such rows.
    ///
    /// - Parameters: size: Rows and columns as they are seen. left: How many rows all left sides together have.
    init(
        _ x: UnsafePointer<Float>, at first: Int, stride: Int, transposed: Bool = false, factor: Float = 1,
        _ size: (rows: Int, columns: Int), left: Int
    ) {
        unsafe numbers = x + first
        (self.stride, isTransposed, self.factor) = (stride, transposed, factor)
        let precision = Products.precision
        guard left >= Self.leastRows, Products.usesPanels(rows: left, precision) else {
            panels = nil
            return
        }
        let filled = Panels(depth: size.rows, width: size.columns, AttentionBlock.numbers)
        if factor == 1 {
            unsafe filled.fill(x + first, stride: stride, transposing: transposed)
        } else {
            // Before it is rounded.
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

    /// c = a·b, or c + a·b, with some rows and columns of this side: a [m, rows], c [m, columns]; each starts at a number
    /// and has rows `stride` apart.
    ///
    /// - Parameters: columns: From a multiple of a panel's on. strips: What a is copied into where that pays.
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
