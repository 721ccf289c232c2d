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

/// Ranges of columns of x, one after the other, row by row: [m, n] → [m, Σ range.count].
public func gatherColumns(_ x: [Float], rowLength n: Int, ranges: [Range<Int>]) -> [Float] {
    var y: [Float] = []
    y.reserveCapacity(x.count / n * ranges.reduce(0) { $0 + $1.count })
    for row in stride(from: 0, to: x.count, by: n) {
        for range in ranges { y.append(contentsOf: x[row + range.lowerBound..<row + range.upperBound]) }
    }
    return y
}

/// Adds the columns of dy to those ranges of zeros that they came from: the gradient of `gatherColumns`.
public func scatterAddColumns(_ dy: [Float], ranges: [Range<Int>], rowLength n: Int) -> [Float] {
    let width = ranges.reduce(0) { $0 + $1.count }
    let m = dy.count / max(1, width)
    var dx = [Float](repeating: 0, count: m * n)
    for row in 0..<m {
        var from = row * width
        for range in ranges {
            for column in range {
                dx[row * n + column] += dy[from]
                from += 1
            }
        }
    }
    return dx
}
