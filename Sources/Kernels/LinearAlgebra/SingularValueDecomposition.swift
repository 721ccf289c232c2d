import COpenBLAS

/// The thin singular value decomposition A = U · diag(s) · Vᵀ with k = min(m, n) singular values.
public struct SingularValueDecomposition: Sendable, Equatable {
    /// The left vectors, row by row: [m, k].
    public let u: [Double]
    /// The singular values, largest first: [k].
    public let values: [Double]
    /// The right vectors, row by row: [k, n].
    public let vt: [Double]

    /// Decomposes a matrix in double precision by LAPACK's `dgesdd`.
    ///
    /// - Parameters:
    ///   - matrix: [rows, columns], row by row.
    ///   - rows: the number of rows; above 0.
    ///   - columns: the number of columns; above 0.
    /// - Returns: `nil` when it does not converge, as with numbers that are not finite.
    public init?(_ matrix: [Double], rows: Int, columns: Int) {
        precondition(
            rows > 0 && columns > 0 && matrix.count == rows * columns,
            "\(matrix.count) numbers for \(rows) rows of \(columns)")
        guard matrix.allSatisfy(\.isFinite) else { return nil }
        // Row by row, A is Aᵀ column by column, whose left vectors are A's right ones.
        let (m, n, k) = (blasint(columns), blasint(rows), min(rows, columns))
        var (a, s) = (matrix, [Double](repeating: 0, count: k))
        var left = [Double](repeating: 0, count: columns * k)
        var right = [Double](repeating: 0, count: k * rows)
        var integers = [blasint](repeating: 0, count: 8 * k)
        var wanted = [0.0]
        guard unsafe lapack_dgesdd(m, n, &a, &s, &left, &right, &wanted, -1, &integers) == 0 else {
            return nil
        }
        var work = [Double](repeating: 0, count: Int(wanted[0]))
        let room = blasint(work.count)
        guard unsafe lapack_dgesdd(m, n, &a, &s, &left, &right, &work, room, &integers) == 0 else {
            return nil
        }
        (u, values, vt) = (right, s, left)
    }
}
