import CKernels

// Packing of a matrix product a·b (docs/products.md has the picture): a is copied into strips of rows, b into
// panels of columns, and a kernel of ours multiplies them. OpenBLAS does the same, but a stored weight is
// expanded directly into panels here, which saves a copy.

/// Packed right side b of a product (BLIS' "packed B"): panels of some columns, row after row within each.
@safe struct Panels: ~Copyable {
    private let numbers: UnsafeMutablePointer<Float>
    /// The rows of each panel: k, the inner dimension of the product.
    let depth: Int
    /// The columns of all panels together.
    let width: Int
    private let kind: PanelNumbers
    private let count: Int

    init(depth: Int, width: Int, _ kind: PanelNumbers) {
        (self.depth, self.width, self.kind) = (depth, width, kind)
        let columns = kind.panelColumns
        count = (width + columns - 1) / columns * columns * kind.room(depth)
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: max(1, count) * MemoryLayout<Float>.stride, alignment: 64)
        unsafe numbers = memory.bindMemory(to: Float.self, capacity: count)
    }

    deinit { unsafe numbers.deallocate() }

    /// Packs xᵀ into the given columns and rows of the panels (default: all). x is [columns, rows], row-major
    /// with leading dimension `stride`, and starts at element `first`.
    ///
    /// - Parameters: columns: `lowerBound` is a multiple of the panel width. rows: both bounds are multiples
    ///   of `depthUnit`, or the upper one is the end.
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

    /// Packs x into the given rows and columns of the panels (default: all). x is [rows, columns], row-major
    /// with leading dimension `stride`, and starts at element `first`.
    ///
    /// - Parameters: rows: both bounds are multiples of `depthUnit`, or the upper one is the end. columns:
    ///   `lowerBound` is a multiple of the panel width.
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

    /// Packs xᵀ into all rows of the first columns. x is bf16 as stored, [columns, depth], with leading
    /// dimension `stride`.
    func fill(columns: Int, transposingBF16 x: UnsafeRawPointer, stride: Int) {
        unsafe kernel_bf16_panels_of_rows(numbers, x, stride, columns, depth, kind.pairs(depth))
    }

    /// Packs x into all rows of the first columns. x is bf16 as stored, [depth, columns], with leading
    /// dimension `stride`.
    func fill(columns: Int, bf16 x: UnsafeRawPointer, stride: Int) {
        unsafe kernel_bf16_panels_of_columns(numbers, x, stride, depth, columns, kind.pairs(depth))
    }

    /// The address of the element at the first of these rows and the first of these columns.
    private func place(_ columns: Range<Int>, _ rows: Range<Int>) -> UnsafeMutablePointer<Float> {
        unsafe numbers + columns.lowerBound * kind.room(depth)
            + kind.rooms(of: rows.lowerBound) * kind.panelColumns
    }

    /// Multiplies every element by `factor`; only for panels of floats.
    func scale(by factor: Float) {
        guard factor != 1 else { return }
        unsafe kernel_scale(numbers, factor, numbers, count)
    }

    /// c = a·panels, or c + a·panels: [m, depth] · [depth, width].
    ///
    /// - Parameters: part: The rows of the panels (the part of k) that a covers; `lowerBound` is a multiple
    ///   of `depthUnit`; nil for all. columns: The columns to compute; `lowerBound` is a multiple of the
    ///   panel width; nil for all. c: Row-major with leading dimension `strideC`, from the first row of a and
    ///   the first of `columns`.
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

/// Cuts a range into ranges of about equal size, at most about `most` (rounded up to `unit`); all but the
/// last are multiples of `unit`.
func evenPieces(of wanted: Range<Int>, atMost most: Int, unit: Int = 1) -> [Range<Int>] {
    guard !wanted.isEmpty else { return [] }
    let pieces = (wanted.count + most - 1) / most
    let size = ((wanted.count + pieces - 1) / pieces + unit - 1) / unit * unit
    return stride(from: wanted.lowerBound, to: wanted.upperBound, by: size).map {
        $0..<min($0 + size, wanted.upperBound)
    }
}
