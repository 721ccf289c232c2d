import CKernels

/// Memory for the left side of a product, in strips of rows, or of several products one after the other.
@safe struct Strips: ~Copyable {
    private var numbers: UnsafeMutablePointer<Float>
    private var capacity: Int
    private(set) var rows: Int
    /// The columns of each strip: what a product sums over.
    private(set) var depth: Int
    let kind: PanelNumbers

    init(rows: Int, depth: Int, _ kind: PanelNumbers) {
        (self.rows, self.depth, self.kind) = (rows, depth, kind)
        capacity = kind.room(rows: rows, depth: depth)
        unsafe numbers = .allocate(capacity: capacity)
    }

    /// Makes them those of another left side. What they held is lost.
    mutating func become(rows: Int, depth: Int) {
        (self.rows, self.depth) = (rows, depth)
        let wanted = kind.room(rows: rows, depth: depth)
        guard wanted > capacity else { return }
        unsafe numbers.deallocate()
        capacity = wanted
        unsafe numbers = .allocate(capacity: capacity)
    }

    deinit { unsafe numbers.deallocate() }

    /// Some rows, the first a multiple of a strip's, become those of x, which begin at a number and lie `stride` apart:
    /// [rows, depth].
    func fill(rows own: Range<Int>? = nil, _ x: UnsafePointer<Float>, at first: Int = 0, stride: Int) {
        let own = own ?? 0..<rows
        let (place, x) = unsafe (numbers(from: own.lowerBound), x + first + own.lowerBound * stride)
        switch kind {
        case .floats: unsafe kernel_strips_of_rows(place, x, stride, own.count, depth)
        case .bf16(let parts):
            unsafe kernel_pair_strips_of_rows(place, x, stride, own.count, depth, kind.pairs(depth), parts)
        }
    }

    /// The same of the transpose of x: [depth, rows].
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

    /// What lies in memory from a row on, a multiple of a strip's.
    func numbers(from row: Int) -> UnsafeMutablePointer<Float> {
        unsafe numbers + row * kind.room(depth)
    }
}

extension PanelNumbers {
    /// The floats that strips of a left side take.
    fileprivate func room(rows: Int, depth: Int) -> Int {
        max(1, (rows + stripRows - 1) / stripRows * stripRows * room(depth))
    }
}
