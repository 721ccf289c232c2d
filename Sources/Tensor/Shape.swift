/// The extents of a tensor, outermost first.
public struct Shape: Sendable, Hashable, ExpressibleByArrayLiteral, CustomStringConvertible {
    /// The extents, outermost first.
    public let axes: [Int]

    /// A shape with these extents, none of them negative.
    public init(_ axes: [Int]) {
        precondition(axes.allSatisfy { $0 >= 0 }, "a shape of \(axes)")
        self.axes = axes
    }

    /// A shape with these extents, none of them negative.
    public init(arrayLiteral axes: Int...) { self.init(axes) }

    /// The number of elements.
    public var count: Int { axes.reduce(1, *) }

    /// The innermost extent.
    public var last: Int {
        precondition(!axes.isEmpty, "a single number has no rows")
        return axes[axes.count - 1]
    }

    /// Rows and columns; traps unless there are two axes.
    public var matrix: (rows: Int, columns: Int) {
        precondition(axes.count == 2, "expected [rows, columns], found \(self)")
        return (axes[0], axes[1])
    }

    /// Positions, heads and the width of a head; traps unless there are three axes.
    public var heads: (positions: Int, heads: Int, dHead: Int) {
        precondition(axes.count == 3, "expected [position, head, dHead], found \(self)")
        return (axes[0], axes[1], axes[2])
    }

    /// The extents in brackets.
    public var description: String { "[" + axes.map(String.init).joined(separator: ", ") + "]" }
}
