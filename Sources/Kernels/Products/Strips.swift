import CKernels

/// Packed left side a of a product (BLIS' "packed A"): strips of a few rows, column after column within each.
/// The memory is reused for the left sides of several products.
@safe struct Strips: ~Copyable {
    private var numbers: UnsafeMutablePointer<Float>
    private var capacity: Int
    private(set) var rows: Int
    /// The columns of each strip: k, the inner dimension of the product.
    private(set) var depth: Int
    let kind: PanelNumbers

    init(rows: Int, depth: Int, _ kind: PanelNumbers) {
        (self.rows, self.depth, self.kind) = (rows, depth, kind)
        capacity = kind.room(rows: rows, depth: depth)
        unsafe numbers = .allocate(capacity: capacity)
    }

    /// Changes the size for another left side, and discards the contents.
    mutating func become(rows: Int, depth: Int) {
        (self.rows, self.depth) = (rows, depth)
        let wanted = kind.room(rows: rows, depth: depth)
        guard wanted > capacity else { return }
        unsafe numbers.deallocate()
        capacity = wanted
        unsafe numbers = .allocate(capacity: capacity)
    }

    deinit { unsafe numbers.deallocate() }

    /// Packs rows of x (default: all). x is [rows, depth], row-major with leading dimension `stride`, and
    /// starts at element `first`. `own.lowerBound` is a multiple of the strip height.
    func fill(rows own: Range<Int>? = nil, _ x: UnsafePointer<Float>, at first: Int = 0, stride: Int) {
        let own = own ?? 0..<rows
        let (place, x) = unsafe (numbers(from: own.lowerBound), x + first + own.lowerBound * stride)
        switch kind {
        case .floats: unsafe kernel_strips_of_rows(place, x, stride, own.count, depth)
        case .bf16(let parts):
            unsafe kernel_pair_strips_of_rows(place, x, stride, own.count, depth, kind.pairs(depth), parts)
        }
    }

    /// The same for xᵀ: x is [depth, rows].
    func fill(
        rows own: Range<Int>? = nil, transposing x: UnsafePointer<Float>, at first: Int = 0, stride: Int
    ) {
        let own = own ?? 0..<rows
        let (place, x) = unsafe (numbers(from: own.lowerBound), x + first + own.lowerBound)
        switch kind {
        case .floats: unsafe kernel_strips_of_columns(place, x, stride, own.count, depth)
        case .bf16(let parts):
            unsafe kernel_pair_strips_of_columns(place, x, stride, own.count, depth, kind.pairs(depth), parts)
        }
    }

    /// The address of the strip that begins at `row`, a multiple of the strip height.
    func numbers(from row: Int) -> UnsafeMutablePointer<Float> {
        unsafe numbers + row * kind.room(depth)
    }
}

extension PanelNumbers {
    /// The size, in floats, of the strips of a [rows, depth] left side.
    fileprivate func room(rows: Int, depth: Int) -> Int {
        max(1, (rows + stripRows - 1) / stripRows * stripRows * room(depth))
    }
}
