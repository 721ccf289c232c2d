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
    public init(from first: [Double], to second: [Double]) {
        let count = Double(first.count)
        func meanSquare(_ x: [Double], _ y: [Double]) -> Double {
            subtracting(x, y).reduce(0) { $0 + $1 * $1 } / count
        }
        self.meanSquare = meanSquare(first, second)
        let shares = normalized(first).flatMap { one in normalized(second).map { (one, $0) } }
        meanSquareOfShares = shares.map { meanSquare($0.0, $0.1) }
        moved = shares.map { one, other in subtracting(one, other).reduce(0) { $0 + abs($1) } / 2 }
        correlations = Correlations(first, second)
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
