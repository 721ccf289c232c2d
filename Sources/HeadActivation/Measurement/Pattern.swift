public import Statistics

/// The numbers of a measurement for each head, over all its examples: each [layer, head].
public struct Pattern: Sendable, Equatable {
    /// The number of layers.
    public let layers: Int
    /// The number of query heads of a layer.
    public let heads: Int
    /// The mean of |signed|: the activation pattern, never negative.
    public let activation: [Float]
    /// The mean of signed. Negative: to first order, the loss rises when the head is switched off.
    public let signed: [Float]
    /// The standard error of that mean, with ddof 1; NaN where there is a single example.
    public let standardError: [Float]

    /// The layers and heads.
    public var grid: HeadGrid { HeadGrid(layers: layers, heads: heads) }

    /// The mean of signed over its standard error, for each head: beyond ±2 or so, its sign is not chance (many heads
    /// are looked at, so a few beyond ±2 are). NaN where there is a single example or no spread.
    public var tValues: [Float] {
        zip(signed, standardError).map { $1 > 0 ? $0 / $1 : .nan }
    }

    /// The activation with the sum 1, for comparing models or checkpoints whose losses differ; `nil` when all is zero.
    public var normalizedActivation: [Double]? {
        let total = activation.reduce(0) { $0 + Double($1) }
        return total > 0 ? activation.map { Double($0) / total } : nil
    }

    /// The heads with the largest activation, strongest first: by their numbers in ``grid``.
    public func strongest(_ count: Int) -> [Int] {
        activation.indices.sorted { (activation[$0], $1) > (activation[$1], $0) }.prefix(count).map(\.self)
    }
}

extension HeadMeasurement {
    /// The mean, absolute mean and standard error of each head's scores, summed in double precision.
    ///
    /// - Source: Zhao et al., equation 2: `activation` with the absolute value of the authors' code, `signed`
    ///   without.
    public var pattern: Pattern { Pattern(scores) }
}

extension Pattern {
    /// The mean, absolute mean and standard error of scores [example, layer, head], summed in double precision.
    public init(signed: [Float], layers: Int, heads: Int) {
        self.init(HeadArray(signed, HeadGrid(layers: layers, heads: heads)))
    }

    /// The mean, absolute mean and standard error of scores, summed in double precision.
    public init(_ scores: HeadArray<Float>) {
        let examples = scores.examples
        let count = Double(examples)
        let sums = scores.sums(over: 0..<examples)
        let absolutes = scores.sums(over: 0..<examples) { abs($0) }
        var squares = [Double](repeating: 0, count: sums.count)
        for example in 0..<examples {
            for (head, score) in scores[example: example].enumerated() {
                let distance = Double(score) - sums[head] / count
                squares[head] += distance * distance
            }
        }
        self.init(
            layers: scores.grid.layers, heads: scores.grid.heads,
            activation: absolutes.map { Float($0 / count) },
            signed: sums.map { Float($0 / count) },
            standardError: squares.map {
                examples == 1 ? .nan : Float(($0 / (count - 1) / count).squareRoot())
            })
    }
}
