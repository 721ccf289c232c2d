public import Kernels
import Statistics

/// A linear classifier of two labels that is fitted once and then frozen, such as a probe whose fate in other models, or in
/// other states of one model, is looked at.
public struct LinearClassifier: Sendable, Equatable {
    /// The weight of each feature as it stands; what standardises features is worked into them: [feature].
    public let weights: [Double]
    /// The intercept.
    public let intercept: Double

    /// Fits a logistic regression to features that are standardised by their mean and standard deviation (n).
    ///
    /// - Parameters:
    ///   - features: [example, feature].
    ///   - labels: whether each example has the label; both kinds are among them.
    ///   - l2: the weight of the penalty ½‖w‖² on the standardised features' weights: scikit-learn's 1/C.
    public init(_ features: DoubleMatrix, labels: [Bool], l2: Double) {
        precondition(Set(labels).count == 2, "labels of one kind")
        let problem = ProbeFeatures(features, l2: l2)
        let fitted = LogisticRegression(problem, labels: labels.map { $0 ? 1 : 0 }, classes: 2)
        (weights, intercept) = problem.onFeatures(fitted.weights[0], intercept: fitted.intercepts[0])
    }

    /// log p(label) − log p(no label) of each row: [example, feature] → [example].
    public func decisions(_ features: DoubleMatrix) -> [Double] {
        features.times(weights).map { $0 + intercept }
    }
}
