import Statistics
import Kernels

/// How the shares of basic patterns in a complex one are found.
public enum FitMethod: String, Sendable, CaseIterable {
    /// None below zero, as shares of data must be.
    case nonNegative = "nnls"
    /// Ordinary least squares.
    case ordinary = "ols"
}

/// A pattern as a combination of others: y ≈ intercept + Σᵢ αᵢ·xᵢ over all heads.
///
/// - Source: Zhao et al., ACL 2025, who write it on changes of patterns; whether with an intercept, with negative α or
///   with a centred R² is not public. The default here has neither of the first, and both R² are given.
public struct Fit: Sendable, Equatable {
    /// The factor of each pattern.
    public let coefficients: [Double]
    /// What is added to every head; 0 without.
    public let intercept: Double
    /// 1 − RSS over the sum of squares of y about its mean; `nil` for a constant y.
    public let centredR2: Double?
    /// 1 − RSS over the sum of squares of y; `nil` for a zero y.
    public let uncentredR2: Double?

    /// Fits `y` by `patterns`, all over the same heads; `nil` when a number is not finite.
    ///
    /// An intercept is free of sign under either method.
    public init?(
        _ y: [Double], by patterns: [[Double]], method: FitMethod = .nonNegative, intercept: Bool = false
    ) {
        let ones = [Double](repeating: 1, count: y.count)
        switch (method, intercept) {
        case (.nonNegative, false):
            guard let x = nonNegativeLeastSquares(patterns, y) else { return nil }
            (coefficients, self.intercept) = (x, 0)
        case (.nonNegative, true):
            // The best intercept leaves a mean of zero, so the rest is a fit of what is centred.
            guard let x = nonNegativeLeastSquares(patterns.map(centred), centred(y)) else { return nil }
            let rest = subtracting(y, combination(patterns, x))
            (coefficients, self.intercept) = (x, rest.reduce(0, +) / Double(max(1, y.count)))
        case (.ordinary, false):
            guard let x = leastSquares(patterns, y)?.solution else { return nil }
            (coefficients, self.intercept) = (x, 0)
        case (.ordinary, true):
            guard let x = leastSquares([ones] + patterns, y)?.solution else { return nil }
            (coefficients, self.intercept) = (Array(x.dropFirst()), x[0])
        }
        let added = self.intercept
        let residual = subtracting(y, combination(patterns, coefficients)).map { $0 - added }
        let rest = dot(residual, residual)
        let centredY = centred(y)
        let (about, all) = (dot(centredY, centredY), dot(y, y))
        centredR2 = about > 0 ? 1 - rest / about : nil
        uncentredR2 = all > 0 ? 1 - rest / all : nil
    }

    /// Each coefficient over their sum, those below zero as zero; `nil` when none is above.
    public var shares: [Double]? { normalized(coefficients.map { max(0, $0) }) }

    /// The combination for one head or more.
    func predicted(_ patterns: [[Double]]) -> [Double] {
        combination(patterns, coefficients).map { $0 + intercept }
    }
}
