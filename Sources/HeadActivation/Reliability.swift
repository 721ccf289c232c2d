import Kernels

extension HeadMeasurement {
    /// The correlation to expect between this activation pattern and that of as many other examples: the mean over 20
    /// random splits of the correlation r of the two halves' patterns, stepped up to the full size by 2r/(1 + r).
    ///
    /// - Returns: `nil` for fewer than four examples, or when a half has a constant pattern.
    /// - Source: Spearman and Brown, 1910.
    public func reliability(seed: Int = 0) -> Double? {
        guard examples >= 4 else { return nil }
        var generator = SeededGenerator(seed: seed, stream: -1)
        var total = 0.0
        for _ in 0..<20 {
            let order = (0..<examples).shuffled(using: &generator)
            let half = examples / 2
            let (first, second) = (activation(of: order[..<half]), activation(of: order[half..<2 * half]))
            guard let r = pearson(first, second), r > -1 else { return nil }
            total += 2 * r / (1 + r)
        }
        return total / 20
    }

    /// The mean of |signed| over some of the examples: [layer, head].
    func activation(of chosen: ArraySlice<Int>) -> [Double] {
        var sums = [Double](repeating: 0, count: layers * heads)
        for example in chosen {
            for (index, score) in scores(ofExample: example).enumerated() {
                sums[index] += Double(score.magnitude)
            }
        }
        return sums.map { $0 / Double(chosen.count) }
    }
}

/// How many examples would give a pattern the wanted reliability, when `examples` of them gave `reliability`.
///
/// - Returns: `nil` where no number would: for a reliability that is not between 0 and 1.
/// - Source: Spearman and Brown, 1910, solved for the length.
public func examplesNeeded(for wanted: Double = 0.98, examples: Int, reliability: Double) -> Int? {
    guard reliability > 0, reliability < 1, wanted > 0, wanted < 1 else { return nil }
    let factor = wanted * (1 - reliability) / (reliability * (1 - wanted))
    let needed = (Double(examples) * factor).rounded(.up)
    return needed < 1e9 ? Int(needed) : nil
}
