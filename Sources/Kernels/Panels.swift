import CKernels

// Where a product has enough rows to be worth it, its right side is copied into panels, or a stored weight expanded into
// them, and a kernel of ours multiplies: what OpenBLAS would do, but a weight is moved once less.

/// Memory for a block of the right side of a product, in panels.
@safe struct Panels: ~Copyable {
    private let numbers: UnsafeMutablePointer<Float>
    /// The rows of each panel: what a product sums over.
    let depth: Int
    /// The columns of all panels.
    let width: Int
    private let count: Int

    static let columns = Int(kernel_panel_width)
    /// The fewest rows of the left side for which panels pay.
    static let leastRows = 16

    init(depth: Int, width: Int) {
        (self.depth, self.width) = (depth, width)
        count = (width + Self.columns - 1) / Self.columns * Self.columns * depth
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: max(1, count) * MemoryLayout<Float>.stride, alignment: 64)
        unsafe numbers = memory.bindMemory(to: Float.self, capacity: count)
    }

    deinit { unsafe numbers.deallocate() }

    /// Panels from column `start` on become the transpose of `rows` rows of x, `stride` apart: [rows, depth].
    func fill(columnsFrom start: Int, transposing x: UnsafePointer<Float>, rows: Int, stride: Int) {
        unsafe kernel_panels_of_rows(numbers + start * depth, x, stride, rows, depth)
    }

    /// Rows from `start` on become `rows` rows of x, `stride` apart: [rows, width].
    func fill(rowsFrom start: Int, _ x: UnsafePointer<Float>, rows: Int, stride: Int) {
        unsafe kernel_panels_of_columns(numbers + start * Self.columns, x, stride, rows, width, depth)
    }

    /// Every number times `factor`.
    func scale(by factor: Float) {
        guard factor != 1 else { return }
        unsafe kernel_scale(numbers, factor, numbers, count)
    }

    /// c = a·panels, or c + a·panels: [m, depth] · [depth, width], rows of a and c so far apart.
    func multiply(
        _ a: UnsafePointer<Float>, stride: Int, rows m: Int, into c: UnsafeMutablePointer<Float>,
        strideC: Int,
        keeping: Bool
    ) {
        unsafe kernel_multiply_panels(c, strideC, a, stride, numbers, m, width, depth, keeping ? 1 : 0)
    }
}

/// Cuts 0..<count into ranges of about one size, at most `most`, all but the last a multiple of `unit`.
func evenPieces(of wanted: Range<Int>, atMost most: Int, unit: Int = 1) -> [Range<Int>] {
    guard !wanted.isEmpty else { return [] }
    let pieces = (wanted.count + most - 1) / most
    let size = ((wanted.count + pieces - 1) / pieces + unit - 1) / unit * unit
    return stride(from: wanted.lowerBound, to: wanted.upperBound, by: size).map {
        $0..<min($0 + size, wanted.upperBound)
    }
}
