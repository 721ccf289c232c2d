import COpenBLAS

/// a·b, [m, k] · [k, n] → [m, n].
public func product(_ a: Matrix, _ b: Matrix) -> [Float] {
    precondition(a.columns == b.rows, "[\(a.rows), \(a.columns)] · [\(b.rows), \(b.columns)]")
    let flag = { (m: Matrix) in m.isTransposed ? CblasTrans : CblasNoTrans }
    guard a.columns > 0 else { return [Float](repeating: 0, count: a.rows * b.columns) }
    return [Float](count: a.rows * b.columns) { y in
        unsafe cblas_sgemm(
            CblasRowMajor, flag(a), flag(b), blasint(a.rows), blasint(b.columns), blasint(a.columns),
            1, a.elements, blasint(a.stored.columns), b.elements, blasint(b.stored.columns),
            0, y, blasint(b.columns))
    }
}
