import Kernels
public import Statistics

/// Whether a number of each head, such as what a probe reads off there, goes with the heads' activation.
public struct HeadAssociation: Sendable, Equatable {
    /// A rank correlation over heads, from −1 to 1.
    public struct Correlation: Sendable, Equatable {
        /// The correlation.
        public let value: Double
        /// Its 95 % interval, layers drawn anew; nil with fewer than six layers.
        public let interval: Interval?
        /// The chance of one as far from 0 if heads were exchanged at random.
        public let p: Double
    }

    /// Spearman's, over all heads.
    public let overall: Correlation
    /// The same with each layer's mean rank taken out: depth alone, which much else follows too, explains none of it.
    public let withinLayers: Correlation?
    /// How many heads there were.
    public let heads: Int

    /// Compares two numbers of each head.
    ///
    /// - Parameters:
    ///   - values: [layer × head], nil where nothing is known.
    ///   - pattern: [layer × head], as long.
    ///   - heads: heads in a layer.
    ///   - draws: exchanges of heads, and resamples of layers.
    ///   - seed: random seed of what is exchanged and drawn.
    /// - Returns: nil where either is the same for all heads.
    public init?(_ values: [Double?], with pattern: [Double], heads: Int, draws: Int = 1000, seed: Int) {
        precondition(values.count == pattern.count, "\(values.count) and \(pattern.count) heads")
        let known = values.indices.filter { values[$0] != nil && !pattern[$0].isNaN }
        let layer = known.map { $0 / heads }
        let (x, y) = (ranks(known.map { values[$0] ?? 0 }), ranks(known.map { pattern[$0] }))
        let everyone = [Int](repeating: 0, count: known.count)
        guard let overall = Correlation(x, y, layer, exchangedWithin: everyone, draws, seed) else {
            return nil
        }
        self.overall = overall
        withinLayers = Correlation(
            centered(x, layer), centered(y, layer), layer, exchangedWithin: layer, draws, seed)
        self.heads = known.count
    }
}

extension HeadAssociation.Correlation {
    /// - Parameter strata: heads of one number may be exchanged with each other.
    fileprivate init?(
        _ x: [Double], _ y: [Double], _ layer: [Int], exchangedWithin strata: [Int], _ draws: Int, _ seed: Int
    ) {
        guard let value = pearson(x, y) else { return nil }
        let members = Dictionary(grouping: x.indices, by: { strata[$0] }).sorted { $0.key < $1.key }.map(
            \.value)
        var asFar = 0
        for draw in 0..<draws {
            var generator = SeededGenerator(seed: seed, stream: draw)
            var exchanged = y
            for group in members {
                for (to, from) in zip(group, group.shuffled(using: &generator)) { exchanged[to] = y[from] }
            }
            if let drawn = pearson(x, exchanged), abs(drawn) >= abs(value) - 1e-12 { asFar += 1 }
        }
        let layers = Dictionary(grouping: x.indices, by: { layer[$0] }).sorted { $0.key < $1.key }.map(
            \.value)
        let drawn = (0..<draws).map { draw in
            let chosen = zip(layers, drawnCounts(layers.count, seed: seed, resample: draws + draw))
                .flatMap { heads, times in [[Int]](repeating: heads, count: Int(times)).joined() }
            return pearson(chosen.map { x[$0] }, chosen.map { y[$0] })
        }
        self.value = value
        interval =
            layers.count < Verdict.fewestExamples
            ? nil : biasCorrected(value, drawn, examples: layers.count, within: -1...1).interval
        p = Double(1 + asFar) / Double(1 + draws)
    }
}

/// Numbers less the mean of their layer.
private func centered(_ x: [Double], _ layer: [Int]) -> [Double] {
    var sums: [Int: (sum: Double, count: Double)] = [:]
    for (value, layer) in zip(x, layer) {
        let old = sums[layer] ?? (0, 0)
        sums[layer] = (old.sum + value, old.count + 1)
    }
    return zip(x, layer).map { value, layer in
        sums[layer].map { value - $0.sum / $0.count } ?? value
    }
}
