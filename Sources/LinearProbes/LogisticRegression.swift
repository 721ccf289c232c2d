import Statistics
import Foundation
public import Kernels

/// A logistic regression with an L2 penalty: softmax over classes, or the logistic function for two.
///
/// It minimises Σ −log p(label) + (l2/2)·‖W‖², intercepts free: the optimum of scikit-learn's
/// `LogisticRegression(C = 1/l2)`, which is unique.
public struct LogisticRegression: Sendable {
    /// The weights: a row for each class, or one row, of class 1, for two classes: [row][feature].
    public let weights: [[Double]]
    /// An intercept for each row.
    public let intercepts: [Double]
    /// The largest entry of the gradient where the search ended: below 1e-6 unless it did not converge.
    public let gradient: Double

    /// Fits a regression.
    ///
    /// - Parameters:
    ///   - problem: the features, prepared once for all labels.
    ///   - labels: the class of each row, from 0.
    ///   - classes: how many classes there are, two or more.
    /// - Source: preconditioned L-BFGS; Nocedal and Wright 2006, algorithm 7.4, begun with the inverse of a bound on the
    ///   Hessian, and for two classes begun again with that of the Hessian itself.
    public init(_ problem: ProbeFeatures, labels: [Int], classes: Int) {
        let rows = classes == 2 ? 1 : classes
        let width = problem.matrix.columns
        var point = [Double](repeating: 0, count: rows * (width + 1))
        var (value, gradient) = problem.loss(at: point, labels: labels, rows: rows)
        var history: [(step: [Double], change: [Double], scale: Double)] = []
        var (curvature, age) = (problem.bound, 0)
        for _ in 0..<1000 where largest(gradient) > 1e-6 {
            // A Hessian costs about as many steps as this, and saves more.
            if rows == 1, age == 4 + width / 64, let fresh = problem.curvature(at: point) {
                (curvature, age, history) = (fresh, 0, [])
            }
            age += 1
            // The two loops of L-BFGS.
            var direction = gradient
            var shares: [Double] = []
            for pair in history.reversed() {
                let share = pair.scale * dot(pair.step, direction)
                shares.append(share)
                add(-share, pair.change, to: &direction)
            }
            direction = curvature.solving(direction, rows: rows)
            for (pair, share) in zip(history, shares.reversed()) {
                add(share - pair.scale * dot(pair.change, direction), pair.step, to: &direction)
            }
            let slope = -dot(direction, gradient)
            guard slope < 0 else { break }
            var (length, next, found) = (1.0, point, (value: value, gradient: gradient))
            repeat {
                next = zip(point, direction).map { $0 - length * $1 }
                found = problem.loss(at: next, labels: labels, rows: rows)
                if found.value <= value + 1e-4 * length * slope + 1e-12 * abs(value) { break }
                length /= 2
            } while length > 1e-10
            let step = zip(next, point).map(-)
            let change = zip(found.gradient, gradient).map(-)
            let product = dot(step, change)
            if product > 1e-14 * dot(change, change) {
                history.append((step, change, 1 / product))
                if history.count > 12 { history.removeFirst() }
            }
            (point, value, gradient) = (next, found.value, found.gradient)
        }
        weights = (0..<rows).map { Array(point[$0 * (width + 1)..<$0 * (width + 1) + width]) }
        intercepts = (0..<rows).map { point[$0 * (width + 1) + width] }
        self.gradient = largest(gradient)
    }

    /// log p of each class for each row of features: [row][class].
    public func logProbabilities(_ features: DoubleMatrix) -> [[Double]] {
        let scores = zip(weights, intercepts).map { w, b in features.times(w).map { $0 + b } }
        return (0..<features.rows).map { row in
            guard scores.count > 1 else {
                let score = scores[0][row]
                return [-softplus(score), -softplus(-score)]
            }
            let logits = scores.map { $0[row] }
            let sum = logSumExp(logits)
            return logits.map { $0 - sum }
        }
    }
}

/// log(1 + eˣ) without overflow.
func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }

private func largest(_ x: [Double]) -> Double { x.reduce(0) { max($0, abs($1)) } }

private func add(_ factor: Double, _ x: [Double], to y: inout [Double]) {
    for i in y.indices { y[i] += factor * x[i] }
}
