/// The rows of x with these indices, in this order.
public func gatherRows(_ x: [Float], rowLength n: Int, rows: [Int]) -> [Float] {
    var y: [Float] = []
    y.reserveCapacity(rows.count * n)
    for row in rows { y.append(contentsOf: x[row * n..<(row + 1) * n]) }
    return y
}

/// Adds row i of dy to row `rows[i]` of zeros: the gradient of `gatherRows`.
public func scatterAddRows(_ dy: [Float], rowLength n: Int, rows: [Int], count: Int) -> [Float] {
    var dx = [Float](repeating: 0, count: count * n)
    for (i, row) in rows.enumerated() {
        for j in 0..<n { dx[row * n + j] += dy[i * n + j] }
    }
    return dx
}

/// The rows of a stored matrix with these indices, in this order: [index, columns].
public func gatherRows(_ weight: StoredMatrix, rows: [Int32]) -> [Float] {
    unsafe [Float](count: rows.count * weight.columns) { y in
        for (i, row) in rows.enumerated() {
            unsafe weight.expand(rows: Int(row)..<Int(row) + 1, into: y + i * weight.columns)
        }
    }
}

/// The columns of x with these indices, in this order, row by row: [m, n] → [m, columns].
public func gatherColumns(_ x: [Float], rowLength n: Int, columns: [Int]) -> [Float] {
    var y: [Float] = []
    y.reserveCapacity(x.count / n * columns.count)
    for row in stride(from: 0, to: x.count, by: n) {
        for column in columns { y.append(x[row + column]) }
    }
    return y
}

/// Adds column i of dy to column `columns[i]` of zeros: the gradient of `gatherColumns`.
public func scatterAddColumns(_ dy: [Float], columns: [Int], rowLength n: Int) -> [Float] {
    var dx = [Float](repeating: 0, count: dy.count / max(1, columns.count) * n)
    for row in 0..<dx.count / n {
        for (i, column) in columns.enumerated() { dx[row * n + column] += dy[row * columns.count + i] }
    }
    return dx
}
