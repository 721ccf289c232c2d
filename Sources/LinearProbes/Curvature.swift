import Foundation
import Kernels

/// The inverse of how strongly a regression's loss is curved, or of a bound on it: what a step is multiplied by.
struct Curvature {
    /// Of the weights; of weights and intercept together where there is no `intercept`. Nil for the identity.
    let factor: CholeskyFactor?
    /// That of the intercept, where it is apart.
    let intercept: Double?

    /// A direction, of each row's weights and then its intercept, times the inverse.
    func solving(_ direction: [Double], rows: Int) -> [Double] {
        guard let intercept else { return factor?.solving(direction) ?? direction }
        let width = direction.count / rows - 1
        return (0..<rows).flatMap { row in
            let start = row * (width + 1)
            let slopes = Array(direction[start..<start + width])
            return (factor?.solving(slopes) ?? slopes) + [direction[start + width] / intercept]
        }
    }
}

extension ProbeFeatures {
    /// A bound that holds everywhere, for any number of classes: the curvature is at most that of all chances at ½.
    ///
    /// - Source: Böhning 1992.
    static func bound(_ matrix: DoubleMatrix, l2: Double) -> Curvature {
        var hessian = matrix.columnProducts
        for i in hessian.values.indices { hessian.values[i] /= 4 }
        for i in 0..<hessian.rows { hessian.values[i * hessian.rows + i] += l2 }
        return Curvature(factor: CholeskyFactor(hessian), intercept: Double(matrix.rows) / 4)
    }

    /// The Hessian at a point of a regression of two classes; nil where it cannot be inverted.
    func curvature(at point: [Double]) -> Curvature? {
        let (width, size) = (matrix.columns, matrix.columns + 1)
        let scores = matrix.times(Array(point[..<width]))
        // Each row and a 1 for the intercept, times √(p·(1 − p)): their products of columns are the Hessian.
        var scaled = [Double](repeating: 0, count: matrix.rows * size)
        for (row, score) in scores.enumerated() {
            let slope = exp(-abs(score + point[width]) / 2)
            let root = slope / (1 + slope * slope)
            for i in 0..<width { scaled[row * size + i] = root * matrix.values[row * width + i] }
            scaled[row * size + width] = root
        }
        var hessian = DoubleMatrix(rows: matrix.rows, columns: size, scaled).columnProducts
        for i in 0..<width { hessian.values[i * size + i] += l2 }
        return CholeskyFactor(hessian).map { Curvature(factor: $0, intercept: nil) }
    }
}
