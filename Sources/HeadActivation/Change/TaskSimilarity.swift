public import Statistics

/// How alike the patterns of several tasks are, pair by pair.
public struct TaskSimilarity: Sendable, Equatable {
    /// The tasks.
    public let tasks: [String]
    /// The similarity of each pair with its 95 % interval: [task][task].
    public let matrix: [[Estimate]]
    /// The same after the common mode of the other tasks is out of each; `nil` for fewer than three tasks.
    public let withoutCommonMode: [[Estimate]]?
    /// The mean similarity of two different tasks; undefined for a single task. It falls when tasks part.
    public let mean: Estimate

    /// Compares tasks measured on the same heads; the examples of each are drawn for themselves.
    ///
    /// - Parameters:
    ///   - measurements: those of the tasks, at least one.
    ///   - similarity: how two patterns are compared.
    ///   - scale: the form of the patterns; shares correlate as activations do.
    ///   - resamples: how often the examples of each task are drawn anew.
    ///   - seed: random seed of what is drawn.
    public init(
        _ measurements: [HeadMeasurement], by similarity: Similarity = .pearson, scale: PatternScale = .raw,
        resamples: Int = 1000, seed: Int = 0
    ) {
        tasks = measurements.map(\.task)
        func scaled(_ x: [Double]) -> [Double] { scale.applied(to: x, heads: measurements[0].heads) }
        let own = measurements.map { scaled($0.activation) }
        let drawn = measurements.map { $0.resampledAlone(resamples, seed: seed).map(scaled) }
        let examples = measurements.map(\.examples)
        matrix = estimates(own, drawn, similarity, examples)
        let count = drawn.map(\.count).min() ?? 0
        mean = biasCorrected(
            meanOfPairs(own, similarity),
            (0..<count).map { place in meanOfPairs(drawn.map { $0[place] }, similarity) },
            examples: examples.min() ?? 0, within: -1...1, isRough: similarity == .spearman)
        guard let specific = removingCommonModes(own) else {
            withoutCommonMode = nil
            return
        }
        // Resample by resample, with the common mode of that resample.
        var drawnSpecific = [[[Double]]](repeating: [], count: own.count)
        for resample in 0..<count {
            guard let patterns = removingCommonModes(drawn.map { $0[resample] }) else { break }
            for (task, pattern) in patterns.enumerated() { drawnSpecific[task].append(pattern) }
        }
        withoutCommonMode = estimates(specific, drawnSpecific, similarity, examples)
    }
}

/// The mean similarity of two different patterns; `nil` where one is undefined or there is a single pattern.
private func meanOfPairs(_ patterns: [[Double]], _ similarity: Similarity) -> Double? {
    let pairs = patterns.indices.flatMap { first in patterns.indices[(first + 1)...].map { (first, $0) } }
    let values = pairs.compactMap { similarity.of(patterns[$0], patterns[$1]) }
    guard !pairs.isEmpty, values.count == pairs.count else { return nil }
    return values.reduce(0, +) / Double(values.count)
}

/// The similarity of each pair of patterns with the interval that resamples give it.
private func estimates(
    _ own: [[Double]], _ drawn: [[[Double]]], _ similarity: Similarity, _ examples: [Int]
) -> [[Estimate]] {
    own.indices.map { first in
        own.indices.map { second in
            let value = similarity.of(own[first], own[second])
            if first == second { return Estimate(value: value, interval: nil) }
            let values = zip(drawn[first], drawn[second]).map { similarity.of($0, $1) }
            return biasCorrected(
                value, values, examples: min(examples[first], examples[second]), within: -1...1,
                isRough: similarity == .spearman)
        }
    }
}

extension HeadMeasurement {
    /// Resampled activations whose draws depend on the task too, so that those of two tasks are independent; none for a
    /// single example.
    func resampledAlone(_ resamples: Int, seed: Int) -> [[Double]] {
        examples > 1 ? resampled(resamples, seed: seed &+ Int(truncatingIfNeeded: fingerprint(task))) : []
    }
}

/// A number that depends on a text alone (FNV-1a).
func fingerprint(_ text: String) -> UInt64 {
    text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
}
