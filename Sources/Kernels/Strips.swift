import CKernels

/// Memory for the left side of a product, in strips of rows.
@safe struct Strips: ~Copyable {
    private let numbers: UnsafeMutablePointer<Float>
    let rows: Int
    /// The columns of each strip: what a product sums over.
    let depth: Int
    private let precision: Products.Precision

    init(rows: Int, depth: Int, _ precision: Products.Precision = .fp32) {
        (self.rows, self.depth, self.precision) = (rows, depth, precision)
        let height = precision.stripRows
        unsafe numbers = .allocate(
            capacity: max(1, (rows + height - 1) / height * height * precision.room(depth)))
    }

    deinit { unsafe numbers.deallocate() }

    /// Some rows, the first a multiple of a strip's, become those of x, which begin at a number and lie `stride` apart:
    /// [rows, depth].
    func fill(rows own: Range<Int>? = nil, _ x: UnsafePointer<Float>, at first: Int = 0, stride: Int) {
        let own = own ?? 0..<rows
        let (place, x) = unsafe (numbers(from: own.lowerBound), x + first + own.lowerBound * stride)
        switch precision {
        case .fp32: unsafe kernel_strips_of_rows(place, x, stride, own.count, depth)
        case .bf16:
            unsafe kernel_pair_strips_of_rows(place, x, stride, own.count, depth, precision.room(depth))
        }
    }

    /// All become the transpose of x, whose rows begin at a number and lie `stride` apart: [depth, rows]; in fp32.
    func fill(transposing x: UnsafePointer<Float>, at first: Int = 0, stride: Int) {
        precondition(precision == .fp32)
        unsafe kernel_strips_of_columns(numbers, x + first, stride, rows, depth)
    }

    /// What lies in memory from a row on, a multiple of a strip's.
    func numbers(from row: Int) -> UnsafeMutablePointer<Float> {
        unsafe numbers + row * precision.room(depth)
    }
}
