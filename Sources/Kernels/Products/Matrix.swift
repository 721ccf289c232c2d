/// A view of an array as a row-major matrix or its transpose, without a copy.
public struct Matrix: Sendable {
    let stored: (rows: Int, columns: Int)
    let elements: [Float]
    let isTransposed: Bool

    /// A view of `elements` as `rows` × `columns`.
    public init(_ elements: [Float], _ rows: Int, _ columns: Int) {
        precondition(
            elements.count == rows * columns, "\(elements.count) numbers are not \(rows) × \(columns)")
        self.init(stored: (rows, columns), elements: elements, isTransposed: false)
    }

    private init(stored: (rows: Int, columns: Int), elements: [Float], isTransposed: Bool) {
        self.stored = stored
        self.elements = elements
        self.isTransposed = isTransposed
    }

    /// The number of rows, as seen.
    public var rows: Int { isTransposed ? stored.columns : stored.rows }
    /// The number of columns, as seen.
    public var columns: Int { isTransposed ? stored.rows : stored.columns }
    /// The same numbers with rows and columns exchanged.
    public var transposed: Matrix {
        Matrix(stored: stored, elements: elements, isTransposed: !isTransposed)
    }
}
