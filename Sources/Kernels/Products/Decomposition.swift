import COpenBLAS

/// The solution of a least-squares problem and what its singular values say about it.
public struct LeastSquares: Sendable, Equatable {
    /// The x of least norm among those that minimise ‖A·x − b‖: [columns].
    public let solution: [Double]
    /// The singular values of A, largest first: [min(rows, columns)].
    public let singularValues: [Double]
    /// How many of them count.
    public let rank: Int

    /// The largest singular value over the smallest: how far errors in b can grow in x. Infinite when columns depend
    /// on each other.
    public var condition: Double {
        guard let largest = singularValues.first, let smallest = singularValues.last, smallest > 0 else {
            return .infinity
        }
        return largest / smallest
    }
}

/// Solves min ‖A·x − b‖ in double precision by LAPACK's singular value decomposition (`dgelsd`).
///
/// - Parameters:
///   - columns: the columns of A: [columns][rows].
///   - b: the right side: [rows].
/// - Returns: `nil` when the decomposition does not converge, as with numbers that are not finite.
public func leastSquares(_ columns: [[Double]], _ b: [Double]) -> LeastSquares? {
    let (m, n) = (b.count, columns.count)
    precondition(
        m > 0 && n > 0 && columns.allSatisfy { $0.count == m },
        "columns of \(columns.map(\.count)) numbers for a right side of \(m)")
    guard (columns.joined().allSatisfy(\.isFinite)) && b.allSatisfy(\.isFinite) else { return nil }
    var a = columns.flatMap(\.self)  // column by column, as LAPACK has it
    var x = b + [Double](repeating: 0, count: max(0, n - m))
    var singular = [Double](repeating: 0, count: min(m, n))
    var rank: blasint = 0
    func solve(_ work: inout [Double], _ size: Int, _ integers: inout [blasint]) -> blasint {
        unsafe lapack_dgelsd(
            blasint(m), blasint(n), 1, &a, blasint(m), &x, blasint(x.count), &singular, -1, &rank, &work,
            blasint(size), &integers)
    }
    var wanted = [0.0]
    var integersWanted = [blasint(0)]
    guard solve(&wanted, -1, &integersWanted) == 0 else { return nil }
    var work = [Double](repeating: 0, count: max(1, Int(wanted[0])))
    var integers = [blasint](repeating: 0, count: max(1, Int(integersWanted[0])))
    guard solve(&work, work.count, &integers) == 0 else { return nil }
    return LeastSquares(solution: Array(x[..<n]), singularValues: singular, rank: Int(rank))
}

/// The singular values of a matrix in double precision, largest first: [min(rows, columns)].
///
/// - Parameter columns: the columns of the matrix: [columns][rows].
/// - Returns: `nil` when the decomposition does not converge, as with numbers that are not finite.
public func singularValues(_ columns: [[Double]]) -> [Double]? {
    leastSquares(columns, [Double](repeating: 0, count: columns.first?.count ?? 0))?.singularValues
}
