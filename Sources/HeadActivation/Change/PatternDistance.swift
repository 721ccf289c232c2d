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
    /// - Parameters:
    ///   - first: the number of each head before: [layer, head].
    ///   - second: the same afterwards.
    ///   - hasShares: false for numbers that are no activations, such as what is left of them without the common
    ///     mode.
    public init(from first: [Double], to second: [Double], hasShares: Bool = true) {
        self.init(
            from: PreparedPattern(first, hasShares: hasShares),
            to: PreparedPattern(second, hasShares: hasShares))
    }

    /// Compares patterns that are compared with others, too.
    init(from first: PreparedPattern, to second: PreparedPattern) {
        let count = Double(first.activation.count)
        func meanSquare(_ x: [Double], _ y: [Double]) -> Double {
            subtracting(x, y).reduce(0) { $0 + $1 * $1 } / count
        }
        self.meanSquare = meanSquare(first.activation, second.activation)
        let shares = first.shares.flatMap { one in second.shares.map { (one, $0) } }
        meanSquareOfShares = shares.map { meanSquare($0.0, $0.1) }
        moved = shares.map { one, other in subtracting(one, other).reduce(0) { $0 + abs($1) } / 2 }
        correlations = Correlations(first, second)
    }
}

/// A pattern with what every comparison needs: its shares and its heads' ranks.
struct PreparedPattern: Sendable {
    let activation: [Double]
    let shares: [Double]?
    let ranks: [Double]

    init(_ activation: [Double], hasShares: Bool = true) {
        self.activation = activation
        shares = hasShares ? normalized(activation) : nil
        ranks = Statistics.ranks(activation)
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
    /// See `pearson(_:_:)` of `Statistics`.
    public let pearson: Estimate
    /// See `spearman(_:_:)` of `Statistics`.
    public let spearman: Estimate
    /// See `cosine(_:_:)` of `Statistics`.
    public let cosine: Estimate

    /// A distance and those of its resamples; no intervals without any.
    ///
    /// - Parameters:
    ///   - examples: how many were drawn each time.
    ///   - chance: what the same examples move without a change. Where few heads moved, the noise of all others adds to
    ///     `moved` in full, which resamples do not show: its interval begins no higher than `moved` less this noise.
    init(_ own: PatternDistance, _ drawn: [PatternDistance], examples: Int, chance: PairedChance? = nil) {
        func estimate(
            _ part: (PatternDistance) -> Double?, _ bounds: ClosedRange<Double>, isRough: Bool = false
        ) -> Estimate {
            biasCorrected(part(own), drawn.map(part), examples: examples, within: bounds, isRough: isRough)
        }
        meanSquare = estimate(\.meanSquare, 0...Double.infinity)
        meanSquareOfShares = estimate(\.meanSquareOfShares, 0...1)
        pearson = estimate(\.correlations.pearson, -1...1)
        spearman = estimate(\.correlations.spearman, -1...1, isRough: true)
        cosine = estimate(\.correlations.cosine, -1...1)
        let moved = estimate(\.moved, 0...1)
        guard let chance, let value = moved.value, let interval = moved.interval else {
            self.moved = moved
            return
        }
        let least = max(0, value - chance.movedLimit)
        self.moved = Estimate(
            value: value, interval: Interval(low: min(interval.low, least), high: interval.high))
    }
}

/// How alike two patterns are, in three ways; `nil` is undefined.
public struct Correlations: Sendable, Equatable {
    /// See `pearson(_:_:)` of `Statistics`.
    public let pearson: Double?
    /// See `spearman(_:_:)` of `Statistics`.
    public let spearman: Double?
    /// See `cosine(_:_:)` of `Statistics`.
    public let cosine: Double?

    /// Compares numbers of the same heads.
    public init(_ first: [Double], _ second: [Double]) {
        pearson = Statistics.pearson(first, second)
        spearman = Statistics.spearman(first, second)
        cosine = Statistics.cosine(first, second)
    }

    init(_ first: PreparedPattern, _ second: PreparedPattern) {
        pearson = Statistics.pearson(first.activation, second.activation)
        spearman = Statistics.pearson(first.ranks, second.ranks)
        cosine = Statistics.cosine(first.activation, second.activation)
    }
}
