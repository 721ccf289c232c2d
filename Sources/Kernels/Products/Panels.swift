import CKernels

// Where a product has enough rows to be worth it, its left side is copied into strips and its right side into panels, or a
// stored weight expanded into them, and a kernel of ours multiplies: what OpenBLAS would do, but a weight is moved once less.

/// Memory for a block of the right side of a product, in panels.
@safe struct Panels: ~Copyable {
    private let numbers: UnsafeMutablePointer<Float>
    /// The rows of each panel: what a product sums over.
    let depth: Int
    /// The columns of all panels.
    let width: Int
    private let kind: PanelNumbers
    private let count: Int

    /// The fewest rows of the left side for which panels pay, or OpenBLAS.
    static let leastRows = 4

    init(depth: Int, width: Int, _ kind: PanelNumbers) {
        (self.depth, self.width, self.kind) = (depth, width, kind)
        let columns = kind.panelColumns
        count = (width + columns - 1) / columns * columns * kind.room(depth)
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: max(1, count) * MemoryLayout<Float>.stride, alignment: 64)
        unsafe numbers = memory.bindMemory(to: Float.self, capacity: count)
    }

    deinit { unsafe numbers.deallocate() }

    /// Some columns of the panels, or all, become the transpose of rows of x, which begin at a number and lie `stride`
    /// apart: [columns, rows].
    ///
    /// - Parameters: columns: From a multiple of a panel's on. rows: From a multiple of `depthUnit` on, up to one or the last.
    func fill(
        columns: Range<Int>? = nil, rows: Range<Int>? = nil, transposing x: UnsafePointer<Float>,
        at first: Int = 0, stride: Int
    ) {
        let (columns, rows) = (columns ?? 0..<width, rows ?? 0..<depth)
        let place = unsafe place(columns, rows)
        switch kind {
        case .floats: unsafe kernel_panels_of_rows(place, x + first, stride, columns.count, rows.count, depth)
        case .bf16(let parts):
            unsafe kernel_pair_panels_of_rows(
                place, x + first, stride, columns.count, rows.count, kind.pairs(depth), parts)
        }
    }

    /// Some rows of some columns, or all, become rows of x, which begin at a number and lie `stride` apart: [rows, columns].
    ///
    /// - Parameters: rows: From a multiple of `depthUnit` on, up to one or the last. columns: From a multiple of a panel's on.
    func fill(
        rows: Range<Int>? = nil, columns: Range<Int>? = nil, _ x: UnsafePointer<Float>, at first: Int = 0,
        stride: Int
    ) {
        let (columns, rows) = (columns ?? 0..<width, rows ?? 0..<depth)
        let place = unsafe place(columns, rows)
        switch kind {
        case .floats:
            unsafe kernel_panels_of_columns(place, x + first, stride, rows.count, columns.count, depth)
        case .bf16(let parts):
            unsafe kernel_pair_panels_of_columns(
                place, x + first, stride, rows.count, columns.count, kind.pairs(depth), parts)
        }
    }

    /// All rows of the first columns become the transpose of bf16 that lie in rows `stride` apart: [columns, depth].
    func fill(columns: Int, transposingBF16 x: UnsafeRawPointer, stride: Int) {
        unsafe kernel_bf16_panels_of_rows(numbers, x, stride, columns, depth, kind.pairs(depth))
    }

    /// All rows of the first columns become bf16 that lie in rows `stride` apart: [depth, columns].
    func fill(columns: Int, bf16 x: UnsafeRawPointer, stride: Int) {
        unsafe kernel_bf16_panels_of_columns(numbers, x, stride, depth, columns, kind.pairs(depth))
    }

    /// Where a column's number of a row is, both the first of some.
    private func place(_ columns: Range<Int>, _ rows: Range<Int>) -> UnsafeMutablePointer<Float> {
        unsafe numbers + columns.lowerBound * kind.room(depth)
            + kind.rooms(of: rows.lowerBound) * kind.panelColumns
    }

    /// Every number of panels of floats times `factor`.
    func scale(by factor: Float) {
        guard factor != 1 else { return }
        unsafe kernel_scale(numbers, factor, numbers, count)
    }

    /// c = a·panels, or c + a·panels: [m, depth] · [depth, width].
    ///
    /// - Parameters: part: Which rows of the panels a's columns meet, from a multiple of `depthUnit` on; nil for all. columns: Those
    ///   wanted, from a multiple of a panel's on; nil for all. c: Its first row is a's first, its first column that wanted.
    func multiply(
        _ a: borrowing Strips, part: Range<Int>? = nil, columns: Range<Int>? = nil,
        into c: UnsafeMutablePointer<Float>, strideC: Int, keeping: Bool
    ) {
        let (part, columns) = (part ?? 0..<depth, columns ?? 0..<width)
        let (left, right) = unsafe (a.numbers(from: 0), place(columns, part))
        let (m, n, keeps) = (a.rows, columns.count, Int32(keeping ? 1 : 0))
        switch (a.kind, kind) {
        case (.bf16(let leftParts), .bf16(let parts)):
            unsafe kernel_multiply_pairs(
                c, strideC, left, right, kind.pairs(depth), m, n, kind.pairs(part.count), leftParts, parts,
                keeps)
        default: unsafe kernel_multiply_panels(c, strideC, left, right, depth, m, n, part.count, keeps)
        }
    }
}

/// Cuts a range into ranges of about one size, at most about `most`, all but the last a multiple of `unit`.
func evenPieces(of wanted: Range<Int>, atMost most: Int, unit: Int = 1) -> [Range<Int>] {
    guard !wanted.isEmpty else { return [] }
    let pieces = (wanted.count + most - 1) / most
    let size = ((wanted.count + pieces - 1) / pieces + unit - 1) / unit * unit
    return stride(from: wanted.lowerBound, to: wanted.upperBound, by: size).map {
        $0..<min($0 + size, wanted.upperBound)
    }
}
