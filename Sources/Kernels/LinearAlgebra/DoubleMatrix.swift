import COpenBLAS

/// A matrix in double precision, row by row.
public struct DoubleMatrix: Sendable, Equatable {
    /// The number of rows.
    public let rows: Int
    /// The number of columns.
    public let columns: Int
    /// The numbers: [rows, columns].
    public var values: [Double]

    /// A matrix of these numbers.
    public init(rows: Int, columns: Int, _ values: [Double]) {
        precondition(values.count == rows * columns, "\(values.count) numbers for \(rows) rows of \(columns)")
        (self.rows, self.columns, self.values) = (rows, columns, values)
    }

    /// Some of the rows.
    public func rows(_ chosen: [Int]) -> DoubleMatrix {
        DoubleMatrix(
            rows: chosen.count, columns: columns,
            chosen.flatMap { values[$0 * columns..<($0 + 1) * columns] })
    }

    /// self · x: [columns] → [rows].
    public func times(_ x: [Double]) -> [Double] { product(x, CblasNoTrans, rows) }

    /// selfᵀ · y: [rows] → [columns].
    public func transposedTimes(_ y: [Double]) -> [Double] { product(y, CblasTrans, columns) }

    private func product(_ x: [Double], _ form: CBLAS_TRANSPOSE, _ count: Int) -> [Double] {
        precondition(x.count == rows + columns - count, "\(x.count) numbers for \(rows) rows of \(columns)")
        var y = [Double](repeating: 0, count: count)
        unsafe cblas_dgemv(
            CblasRowMajor, form, blasint(rows), blasint(columns), 1, values, blasint(max(1, columns)), x, 1,
            0, &y,
            1)
        return y
    }

    /// self · other: [rows, other.columns].
    public func times(_ other: DoubleMatrix) -> DoubleMatrix {
        precondition(columns == other.rows, "\(columns) columns times \(other.rows) rows")
        var result = [Double](repeating: 0, count: rows * other.columns)
        unsafe cblas_dgemm(
            CblasRowMajor, CblasNoTrans, CblasNoTrans, blasint(rows), blasint(other.columns),
            blasint(columns), 1,
            values, blasint(max(1, columns)), other.values, blasint(max(1, other.columns)), 0, &result,
            blasint(max(1, other.columns)))
        return DoubleMatrix(rows: rows, columns: other.columns, result)
    }

    /// The sums of products of its columns, selfᵀ · self: [columns, columns].
    public var columnProducts: DoubleMatrix { products(CblasTrans, columns, rows) }

    /// The sums of products of its rows, self · selfᵀ: [rows, rows].
    public var rowProducts: DoubleMatrix { products(CblasNoTrans, rows, columns) }

    private func products(_ form: CBLAS_TRANSPOSE, _ n: Int, _ k: Int) -> DoubleMatrix {
        var result = [Double](repeating: 0, count: n * n)
        unsafe cblas_dsyrk(
            CblasRowMajor, CblasUpper, form, blasint(n), blasint(k), 1, values, blasint(max(1, columns)), 0,
            &result, blasint(max(1, n)))
        for row in 0..<n { for column in 0..<row { result[row * n + column] = result[column * n + row] } }
        return DoubleMatrix(rows: n, columns: n, result)
    }
}

/// The Cholesky factor of a symmetric positive definite matrix, by LAPACK.
public struct CholeskyFactor: Sendable {
    private let n: Int
    private let factor: [Double]

    /// Factors a matrix; nil where it is not positive definite.
    public init?(_ matrix: DoubleMatrix) {
        precondition(matrix.rows == matrix.columns, "\(matrix.rows) rows of \(matrix.columns)")
        var values = matrix.values
        guard unsafe lapack_dpotrf(blasint(matrix.rows), &values) == 0 else { return nil }
        (n, factor) = (matrix.rows, values)
    }

    /// The x of matrix · x = b.
    public func solving(_ b: [Double]) -> [Double] {
        var x = b
        _ = unsafe lapack_dpotrs(blasint(n), factor, &x)
        return x
    }
}
