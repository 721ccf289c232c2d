/// What a statement gave.
public struct Rows: Sendable {
    /// The number of rows.
    public private(set) var count: Int
    private var columns: Int
    private var values: [[UInt8]?]

    /// The bytes of all values.
    var byteCount: Int { values.reduce(0) { $0 + ($1?.count ?? 0) + 8 } }

    /// Adds the rows of the same statement's next result.
    mutating func append(_ more: Rows) {
        if more.columns > 0 { columns = more.columns }
        count += more.count
        values += more.values
    }

    init(count: Int, columns: Int, values: [[UInt8]?]) {
        (self.count, self.columns, self.values) = (count, columns, values)
    }

    /// The bytes of a value; nil for a null.
    public func bytes(_ row: Int, _ column: Int = 0) -> [UInt8]? { values[row * columns + column] }

    /// A value as text; nil for a null.
    public func text(_ row: Int, _ column: Int = 0) -> String? {
        bytes(row, column).map { String(decoding: $0, as: UTF8.self) }
    }

    /// A value as a whole number; nil for a null or another text.
    public func int(_ row: Int, _ column: Int = 0) -> Int? { text(row, column).flatMap { Int($0) } }
}
