import Kernels

/// The directions in which points differ most.
public struct PrincipalComponents: Sendable, Equatable {
    /// The mean of the points: [width].
    public let mean: [Double]
    /// The directions, of norm 1, the one with most variance first; the largest entry of each is positive: [count][width].
    public let components: [[Double]]
    /// The variance along each, by n − 1: [count].
    public let variance: [Double]
    /// The part of all variance that lies along each: [count].
    public let share: [Double]

    /// Finds the components of points by the singular values of what is left of them without their mean.
    ///
    /// - Parameters:
    ///   - points: [point][width], two or more.
    ///   - count: how many components; at most min(points, width).
    /// - Returns: `nil` for numbers that are not finite.
    public init?(of points: [[Double]], count: Int) {
        let (n, width) = (points.count, points.first?.count ?? 0)
        precondition(
            n >= 2 && (1...max(1, min(n, width))).contains(count), "\(count) components of \(n) points")
        let mean = (0..<width).map { i in points.reduce(0) { $0 + $1[i] } / Double(n) }
        let centered = points.flatMap { zip($0, mean).map(-) }
        guard let found = SingularValueDecomposition(centered, rows: n, columns: width) else { return nil }
        let all = found.values.map { $0 * $0 / Double(n - 1) }
        let total = all.reduce(0, +)
        self.mean = mean
        components = (0..<count).map { row in
            let direction = Array(found.vt[row * width..<(row + 1) * width])
            let largest = direction.max { abs($0) < abs($1) } ?? 0
            return largest < 0 ? direction.map { -$0 } : direction
        }
        variance = Array(all.prefix(count))
        share = variance.map { total > 0 ? $0 / total : 0 }
    }

    /// A point's coordinates along the components: [count].
    public func coordinates(of point: [Double]) -> [Double] {
        components.map { direction in
            zip(zip(point, mean), direction).reduce(0) { $0 + ($1.0.0 - $1.0.1) * $1.1 }
        }
    }
}
