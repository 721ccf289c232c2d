import Kernels

/// Solves min ‖A·x − b‖ with every x ≥ 0.
///
/// Columns enter one by one, the one whose gradient promises most first, and those that would turn negative leave.
///
/// - Parameters:
///   - columns: the columns of A: [columns][rows].
///   - b: the right side: [rows].
/// - Returns: x: [columns]; `nil` when a number is not finite.
/// - Source: Lawson and Hanson, *Solving Least Squares Problems*, 1974, chapter 23.
public func nonNegativeLeastSquares(_ columns: [[Double]], _ b: [Double]) -> [Double]? {
    var x = [Double](repeating: 0, count: columns.count)
    var isFree = [Bool](repeating: false, count: columns.count)
    let tolerance = 1e-12 * norm(b) * (columns.map(norm).max() ?? 0)
    for _ in 0..<max(3 * columns.count, 10) {
        let residual = subtracting(b, combination(columns, x))
        let gradient = columns.map { dot($0, residual) }
        let entering = gradient.indices.filter { !isFree[$0] }.max { gradient[$0] < gradient[$1] }
        guard let entering, gradient[entering] > tolerance else { return x.allSatisfy(\.isFinite) ? x : nil }
        isFree[entering] = true
        guard let settled = settle(columns, b, from: x, &isFree) else { return nil }
        x = settled
    }
    return x
}

/// Solves for the free columns, and fixes at zero those that hinder, until none of the free is negative.
private func settle(_ columns: [[Double]], _ b: [Double], from start: [Double], _ isFree: inout [Bool])
    -> [Double]?
{
    var x = start
    while true {
        let free = isFree.indices.filter { isFree[$0] }
        guard !free.isEmpty else { return x }
        guard let solved = leastSquares(free.map { columns[$0] }, b)?.solution else { return nil }
        if solved.allSatisfy({ $0 > 0 }) {
            x = x.map { _ in 0 }
            for (index, value) in zip(free, solved) { x[index] = value }
            return x
        }
        // As far towards the solution as none turns negative; the first that would stays at zero.
        var (limit, blocking) = (Double.infinity, free[0])
        for (index, value) in zip(free, solved) where value <= 0 {
            let step = x[index] > value ? x[index] / (x[index] - value) : 0
            if step < limit { (limit, blocking) = (step, index) }
        }
        for (index, value) in zip(free, solved) { x[index] = max(0, x[index] + limit * (value - x[index])) }
        (x[blocking], isFree[blocking]) = (0, false)
    }
}

/// A·x: the sum of the columns, each times its number.
public func combination(_ columns: [[Double]], _ x: [Double]) -> [Double] {
    var sum = [Double](repeating: 0, count: columns.first?.count ?? 0)
    for (column, factor) in zip(columns, x) where factor != 0 {
        for index in sum.indices { sum[index] += factor * column[index] }
    }
    return sum
}
