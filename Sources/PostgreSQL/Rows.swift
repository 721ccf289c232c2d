/// What a statement gave.
public struct Rows: Sendable {
    /// The number of rows.
    public let count: Int
    private let columns: Int
    private let values: [[UInt8]?]

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
