import COpenBLAS

/// Eigenvalues and eigenvectors of a symmetric matrix.
public struct SymmetricEigen: Sendable, Equatable {
    /// The eigenvalues, largest first: [n].
    public let values: [Double]
    /// The eigenvectors in the same order, each of norm 1; the sign of a vector is arbitrary: [n][n].
    public let vectors: [[Double]]

    /// Decomposes a matrix in double precision by LAPACK's `dsyevd`.
    ///
    /// - Parameters:
    ///   - matrix: [n, n], row by row; only the diagonal and what stands below it are read.
    ///   - n: the number of rows, and of columns; above 0.
    /// - Returns: `nil` when it does not converge, as with numbers that are not finite.
    public init?(_ matrix: [Double], n: Int) {
        precondition(n > 0 && matrix.count == n * n, "\(matrix.count) numbers for a matrix of \(n) rows")
        guard matrix.allSatisfy(\.isFinite) else { return nil }
        // Row by row below the diagonal is column by column above it.
        var (a, w) = (matrix, [Double](repeating: 0, count: n))
        var (wanted, integersWanted) = ([0.0], [blasint(0)])
        let size = blasint(n)
        guard unsafe lapack_dsyevd(size, &a, &w, &wanted, -1, &integersWanted, -1) == 0 else { return nil }
        var work = [Double](repeating: 0, count: Int(wanted[0]))
        var integers = [blasint](repeating: 0, count: Int(integersWanted[0]))
        let (room, integerRoom) = (blasint(work.count), blasint(integers.count))
        guard unsafe lapack_dsyevd(size, &a, &w, &work, room, &integers, integerRoom) == 0 else { return nil }
        values = w.reversed()
        vectors = (0..<n).reversed().map { Array(a[$0 * n..<($0 + 1) * n]) }
    }
}
