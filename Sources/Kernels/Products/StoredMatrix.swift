import CKernels

/// A matrix (or vector: one row) in the format of its memory-mapped file, expanded to floats a piece at a
/// time.
public struct StoredMatrix: Sendable {
    /// How the stored rows relate to the logical ones.
    public enum RowOrder: Sendable, Hashable {
        /// Row r is stored as row r.
        case asStored
        /// GGUF's order for the query and key weights of the `llama` architecture: with d = `headDimension`, logical
        /// row h·d + s·(d/2) + j (s = 0, 1) is stored as row h·d + 2j + s.
        case rotaryPairs(headDimension: Int)
        /// GGUF's order for the joint query, key and value weights of the `gptneox` architecture: with H = `heads` and
        /// d = rows / 3H, logical row (3h + p)·d + j (p = 0, 1, 2) is stored as row (p·H + h)·d + j.
        case partByPart(heads: Int)

        /// The row of the file that holds logical row `row` of `rows`.
        package func stored(_ row: Int, of rows: Int) -> Int {
            switch self {
            case .asStored: return row
            case .rotaryPairs(let d):
                let (half, pair) = (row % d).quotientAndRemainder(dividingBy: d / 2)
                return row - row % d + 2 * pair + half
            case .partByPart(let heads):
                let d = rows / (3 * heads)
                let (head, part) = (row / d).quotientAndRemainder(dividingBy: 3)
                return (part * heads + head) * d + row % d
            }
        }

        /// Whether this order fits a matrix of so many rows.
        package func fits(_ rows: Int) -> Bool {
            switch self {
            case .asStored: true
            case .rotaryPairs(let d): d > 0 && d.isMultiple(of: 2) && rows.isMultiple(of: d)
            case .partByPart(let heads): heads > 0 && rows.isMultiple(of: 3 * heads)
            }
        }
    }

    private enum Storage {
        case file(MappedFile, offset: Int)
        case memory([Float])
    }

    /// The extents: [rows, columns].
    public let rows: Int, columns: Int
    /// How the numbers are stored.
    public let format: BlockFormat
    /// Where the rows are.
    public let rowOrder: RowOrder
    private let storage: Storage

    /// The matrix whose first block is at byte `offset` of `file`. A row is a whole number of blocks.
    public init(
        file: MappedFile, offset: Int, rows: Int, columns: Int, format: BlockFormat,
        rowOrder: RowOrder = .asStored
    ) {
        (self.rows, self.columns, self.format, self.rowOrder) = (rows, columns, format, rowOrder)
        storage = .file(file, offset: offset)
        precondition(
            rows >= 0 && columns >= 0 && columns.isMultiple(of: format.elementsPerBlock),
            "[\(rows), \(columns)] in \(format) blocks of \(format.elementsPerBlock)")
        let (rowCount, overflow) = (columns / format.elementsPerBlock).multipliedReportingOverflow(by: rows)
        let (bytes, overflow2) = rowCount.multipliedReportingOverflow(by: format.bytesPerBlock)
        precondition(
            !overflow && !overflow2 && offset >= 0 && offset <= file.count && bytes <= file.count - offset,
            "[\(rows), \(columns)] \(format) at byte \(offset) of \(file.path), which has \(file.count)")
        precondition(rowOrder.fits(rows), "\(rows) rows in the order \(rowOrder)")
    }

    /// A matrix in memory, for tests and small things.
    public init(_ values: [Float], rows: Int, columns: Int) {
        precondition(values.count == rows * columns, "\(values.count) values as [\(rows), \(columns)]")
        (self.rows, self.columns, format, rowOrder) = (rows, columns, .f32, .asStored)
        storage = .memory(values)
    }

    /// The size as stored, bytes.
    public var byteCount: Int { rows * bytesPerRow }

    private var bytesPerRow: Int { columns / format.elementsPerBlock * format.bytesPerBlock }

    /// Expands logical rows, dense and row-major, into `destination`: [rows.count, columns].
    package func expand(rows wanted: Range<Int>, into destination: UnsafeMutablePointer<Float>) {
        precondition(wanted.lowerBound >= 0 && wanted.upperBound <= rows, "rows \(wanted) of \(rows)")
        unsafe withStart { unsafe expand(wanted, 0..<columns, from: $0, into: destination) }
    }

    /// Calls `body` with the address of the first stored row.
    func withStart(_ body: (UnsafeRawPointer) -> Void) {
        switch storage {
        case .file(let file, let offset):
            unsafe file.withBytes { bytes in
                guard let start = bytes.baseAddress else { return }
                unsafe body(start + offset)
            }
        case .memory(let values):
            unsafe values.withUnsafeBytes { bytes in
                guard let start = bytes.baseAddress else { return }
                unsafe body(start)
            }
        }
    }

    /// Expands the columns `part` (whole blocks) of logical rows to [wanted.count, part.count]; the matrix is
    /// at `start`. The same columns of the following rows are prefetched.
    func expand(
        _ wanted: Range<Int>, _ part: Range<Int>, from start: UnsafeRawPointer,
        into destination: UnsafeMutablePointer<Float>
    ) {
        guard rowOrder != .asStored || part.count < columns else {
            unsafe format.expand(
                start + wanted.lowerBound * bytesPerRow, into: destination, count: wanted.count * columns)
            return
        }
        let first = unsafe start + part.lowerBound / format.elementsPerBlock * format.bytesPerBlock
        for row in wanted {
            unsafe kernel_fetch(
                first + (rowOrder.stored(row, of: rows) + wanted.count) * bytesPerRow,
                part.count / format.elementsPerBlock * format.bytesPerBlock)
            unsafe format.expand(
                first + rowOrder.stored(row, of: rows) * bytesPerRow,
                into: destination + (row - wanted.lowerBound) * part.count, count: part.count)
        }
    }

    /// Calls `body` with the numbers in place, if they are stored as floats in logical order; returns whether
    /// they are.
    package func withNumbers(_ body: (UnsafePointer<Float>) -> Void) -> Bool {
        guard format == .f32, rowOrder == .asStored else { return false }
        switch storage {
        case .file(let file, let offset):
            return unsafe file.withBytes { bytes in
                let address = unsafe bytes.baseAddress.map { unsafe $0 + offset }
                guard let start = unsafe address, Int(bitPattern: start) % MemoryLayout<Float>.alignment == 0
                else {
                    return false
                }
                unsafe body(start.assumingMemoryBound(to: Float.self))
                return true
            }
        case .memory(let values):
            unsafe body(values)
            return true
        }
    }

    /// Calls `body` with the numbers in place, if they are stored as bf16 in logical order; returns whether
    /// they are.
    func withBF16(_ body: (UnsafeRawPointer) -> Void) -> Bool {
        guard format == .bf16, rowOrder == .asStored else { return false }
        unsafe withStart(body)
        return true
    }

    /// The numbers of some rows: [rows.count, columns].
    public func expanded(rows wanted: Range<Int>) -> [Float] {
        unsafe [Float](unsafeUninitializedCapacity: wanted.count * columns) { buffer, count in
            if let start = buffer.baseAddress { unsafe expand(rows: wanted, into: start) }
            count = wanted.count * columns
        }
    }

    /// All the numbers: [rows, columns].
    public func expanded() -> [Float] { expanded(rows: 0..<rows) }
}
