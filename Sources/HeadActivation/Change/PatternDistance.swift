public import Statistics

/// How far a pattern lies from another, in several ways.
public struct PatternDistance: Sendable, Equatable {
    /// The mean squared difference of the activations.
    public let meanSquare: Double
    /// The mean squared difference of the shares, which the size of the loss does not move; `nil` when either pattern
    /// is zero.
    public let meanSquareOfShares: Double?
    /// Half the sum of the shares' absolute differences: the part of the activation that moved to other heads.
    public let moved: Double?
    /// How alike the activations are.
    public let correlations: Correlations

    /// Compares the activations of the same heads.
    ///
    /// - Parameter hasShares: false for numbers that are no activations, such as what is left of them without the common
    ///   mode.
    public init(from first: [Double], to second: [Double], hasShares: Bool = true) {
        let count = Double(first.count)
        func meanSquare(_ x: [Double], _ y: [Double]) -> Double {
            subtracting(x, y).reduce(0) { $0 + $1 * $1 } / count
        }
        self.meanSquare = meanSquare(first, second)
        let shares =
            hasShares ? normalized(first).flatMap { one in normalized(second).map { (one, $0) } } : nil
        meanSquareOfShares = shares.map { meanSquare($0.0, $0.1) }
        moved = shares.map { one, other in subtracting(one, other).reduce(0) { $0 + abs($1) } / 2 }
        correlations = Correlations(first, second)
    }
}

/// The same with 95 % intervals.
public struct DistanceEstimates: Sendable, Equatable {
    /// See ``PatternDistance/meanSquare``.
    public let meanSquare: Estimate
    /// See ``PatternDistance/meanSquareOfShares``.
    public let meanSquareOfShares: Estimate
    /// See ``PatternDistance/moved``.
    public let moved: Estimate
    /// See ``pearson(_:_:)``.
    public let pearson: Estimate
    /// See ``spearman(_:_:)``.
    public let spearman: Estimate
    /// See ``cosine(_:_:)``.
    public let cosine: Estimate

    /// A distance and those of its resamples; no intervals without any.
    init(_ own: PatternDistance, _ drawn: [PatternDistance]) {
        func estimate(_ part: (PatternDistance) -> Double?) -> Estimate {
            Estimate(value: part(own), interval: percentileInterval(drawn.map(part)))
        }
        meanSquare = estimate(\.meanSquare)
        meanSquareOfShares = estimate(\.meanSquareOfShares)
        moved = estimate(\.moved)
        pearson = estimate(\.correlations.pearson)
        spearman = estimate(\.correlations.spearman)
        cosine = estimate(\.correlations.cosine)
    }
}

/// How alike two patterns are, in three ways; `nil` is undefined.
public struct Correlations: Sendable, Equatable {
    /// See ``pearson(_:_:)``.
    public let pearson: Double?
    /// See ``spearman(_:_:)``.
    public let spearman: Double?
    /// See ``cosine(_:_:)``.
    public let cosine: Double?

    /// Compares numbers of the same heads.
    public init(_ first: [Double], _ second: [Double]) {
        pearson = HeadActivation.pearson(first, second)
        spearman = HeadActivation.spearman(first, second)
        cosine = HeadActivation.cosine(first, second)
    }
}
