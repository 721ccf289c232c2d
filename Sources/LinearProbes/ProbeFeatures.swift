import Foundation
public import Kernels

/// Features of training examples, standardised, and what fitting any labels to them needs.
///
/// Where there are fewer examples than features, the features are turned into the space that the examples span, which
/// changes no prediction: the best weights lie in it.
public struct ProbeFeatures: Sendable {
    /// The features of the training examples: [example, feature].
    public let matrix: DoubleMatrix
    let l2: Double
    let bound: Curvature
    private let means, deviations: [Double]
    private let turn: DoubleMatrix?

    /// Standardises features by their mean and standard deviation (n); one without spread is divided by 1.
    ///
    /// - Parameters:
    ///   - features: [example, feature].
    ///   - l2: the weight of the penalty, above 0.
    public init(_ features: DoubleMatrix, l2: Double) {
        let (n, width) = (features.rows, features.columns)
        (means, deviations) = spread(of: features)
        self.l2 = l2
        let standard = standardized(features, means, deviations)
        turn = n < width ? spanning(standard) : nil
        matrix = turn.map { standard.times($0) } ?? standard
        bound = Self.bound(matrix, l2: l2)
    }

    /// Other examples' features, as these were standardised and turned: [example, feature].
    public func applied(to features: DoubleMatrix) -> DoubleMatrix {
        let standard = standardized(features, means, deviations)
        return turn.map { standard.times($0) } ?? standard
    }

    /// Weights and an intercept of what was fitted, as they act on features that are neither turned nor standardised.
    func onFeatures(_ fitted: [Double], intercept: Double) -> (weights: [Double], intercept: Double) {
        let standard = turn.map { $0.times(fitted) } ?? fitted
        let weights = zip(standard, deviations).map { $0 / $1 }
        return (weights, intercept - zip(weights, means).reduce(0) { $0 + $1.0 * $1.1 })
    }

    /// The loss and its gradient; a point has each row's weights and then its intercept.
    func loss(at point: [Double], labels: [Int], rows: Int) -> (value: Double, gradient: [Double]) {
        let width = matrix.columns
        var (value, gradient) = (0.0, point)
        // Scores become derivatives by scores in place.
        var scores = (0..<rows).map { row in
            let start = row * (width + 1)
            let w = Array(point[start..<start + width])
            return matrix.times(w).map { $0 + point[start + width] }
        }
        for (example, label) in labels.enumerated() {
            if rows == 1 {
                let score = scores[0][example]
                value += softplus(label == 1 ? -score : score)
                scores[0][example] = 1 / (1 + exp(-score)) - Double(label)
            } else {
                let top = scores.reduce(-Double.infinity) { max($0, $1[example]) }
                let sum = scores.reduce(0) { $0 + exp($1[example] - top) }
                value += top + log(sum) - scores[label][example]
                for row in 0..<rows {
                    scores[row][example] = exp(scores[row][example] - top) / sum - (row == label ? 1 : 0)
                }
            }
        }
        for row in 0..<rows {
            let start = row * (width + 1)
            let slopes = matrix.transposedTimes(scores[row])
            for i in 0..<width {
                value += l2 / 2 * point[start + i] * point[start + i]
                gradient[start + i] = slopes[i] + l2 * point[start + i]
            }
            gradient[start + width] = scores[row].reduce(0, +)
        }
        return (value, gradient)
    }
}

/// The mean and the standard deviation (n) of each feature; one without spread has 1.
private func spread(of x: DoubleMatrix) -> (means: [Double], deviations: [Double]) {
    let (n, width) = (x.rows, x.columns)
    var (means, squares) = ([Double](repeating: 0, count: width), [Double](repeating: 0, count: width))
    for row in 0..<n { for i in 0..<width { means[i] += x.values[row * width + i] / Double(n) } }
    for row in 0..<n {
        for i in 0..<width {
            let off = x.values[row * width + i] - means[i]
            squares[i] += off * off / Double(n)
        }
    }
    return (means, squares.map { $0 > 0 ? $0.squareRoot() : 1 })
}

/// Features, each with the mean 0 and the standard deviation 1 (0 where it has no spread).
func standardized(_ x: DoubleMatrix) -> DoubleMatrix {
    let (means, deviations) = spread(of: x)
    return standardized(x, means, deviations)
}

private func standardized(_ x: DoubleMatrix, _ means: [Double], _ deviations: [Double]) -> DoubleMatrix {
    var result = x
    for row in 0..<x.rows {
        for i in 0..<x.columns {
            let place = row * x.columns + i
            result.values[place] = (x.values[place] - means[i]) / deviations[i]
        }
    }
    return result
}

/// An orthonormal basis of the space that the rows span: [column, basis].
private func spanning(_ x: DoubleMatrix) -> DoubleMatrix? {
    guard let found = SymmetricEigen(x.rowProducts.values, n: x.rows), let top = found.values.first, top > 0
    else {
        return nil
    }
    let kept = found.values.indices.filter { found.values[$0] > 1e-12 * top }
    var basis = [Double](repeating: 0, count: x.columns * kept.count)
    for (column, index) in kept.enumerated() {
        let scale = 1 / found.values[index].squareRoot()
        for (row, value) in x.transposedTimes(found.vectors[index]).enumerated() {
            basis[row * kept.count + column] = value * scale
        }
    }
    return DoubleMatrix(rows: x.columns, columns: kept.count, basis)
}
