import Kernels
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

    /// Compares patterns that are compared with others, too; a thousand resamples of each checkpoint come here.
    init(from first: PreparedPattern, to second: PreparedPattern) {
        var (squares, squaresOfShares, moves) = (0.0, 0.0, 0.0)
        let (before, after) = (first.activation.numbers, second.activation.numbers)
        let (sharesBefore, sharesAfter) = (first.shares ?? [], second.shares ?? [])
        let hasShares = !sharesBefore.isEmpty && !sharesAfter.isEmpty
        for head in before.indices {
            let difference = after[head] - before[head]
            squares += difference * difference
            guard hasShares else { continue }
            let ofShares = sharesAfter[head] - sharesBefore[head]
            squaresOfShares += ofShares * ofShares
            moves += abs(ofShares)
        }
        let count = Double(before.count)
        meanSquare = squares / count
        meanSquareOfShares = hasShares ? squaresOfShares / count : nil
        moved = hasShares ? moves / 2 : nil
        correlations = Correlations(first, second)
    }
}

/// A pattern with what every comparison needs.
struct PreparedPattern: Sendable {
    let activation, centred: Direction
    /// Nil where ranks were not asked for: sorting takes most of the time.
    let centredRanks: Direction?
    let shares: [Double]?

    init(_ activation: [Double], hasShares: Bool = true, hasRanks: Bool = true) {
        self.activation = Direction(activation)
        centred = Direction(centring: activation)
        centredRanks = hasRanks ? Direction(centring: ranks(activation)) : nil
        shares = hasShares ? normalized(activation) : nil
    }
}

/// Numbers and their Euclidean length.
struct Direction: Sendable {
    let numbers: [Double]
    let length: Double

    init(_ numbers: [Double]) { (self.numbers, length) = (numbers, norm(numbers)) }

    /// The numbers without their mean; zeros where all are equal.
    init(centring numbers: [Double]) {
        let isConstant = numbers.allSatisfy { $0 == numbers[0] }
        let middle = numbers.reduce(0, +) / Double(numbers.count)
        self.init(numbers.map { isConstant ? 0 : $0 - middle })
    }

    /// The cosine of the angle to another, by their dot product; `nil` where either has no length.
    func cosine(_ other: Direction, _ product: Double) -> Double? {
        let scale = length * other.length
        return scale > 0 ? min(1, max(-1, product / scale)) : nil
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

    /// Pearson's is the cosine of centred numbers, Spearman's that of centred ranks.
    init(_ first: PreparedPattern, _ second: PreparedPattern) {
        var (own, centred) = (0.0, 0.0)
        for head in first.activation.numbers.indices {
            own += first.activation.numbers[head] * second.activation.numbers[head]
            centred += first.centred.numbers[head] * second.centred.numbers[head]
        }
        pearson = first.centred.cosine(second.centred, centred)
        if let before = first.centredRanks, let after = second.centredRanks {
            spearman = before.cosine(after, dot(before.numbers, after.numbers))
        } else {
            spearman = nil
        }
        cosine = first.activation.cosine(second.activation, own)
    }
}
