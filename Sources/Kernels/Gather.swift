/// The rows of x with these indices, in this order.
public func gatherRows(_ x: [Float], rowLength n: Int, rows: [Int]) -> [Float] {
    var y = [Float]()
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
