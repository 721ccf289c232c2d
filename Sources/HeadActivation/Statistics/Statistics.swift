public import Statistics

/// The statistics of a measurement's activation pattern, with their uncertainty.
public struct PatternStatistics: Sendable, Equatable {
    /// See ``Concentration/gini``.
    public let gini: Estimate
    /// See ``Concentration/variation``.
    public let variation: Estimate
    /// See ``Concentration/sampleVariation``.
    public let sampleVariation: Estimate
    /// See ``Concentration/kurtosis``.
    public let kurtosis: Estimate
    /// See ``Concentration/pearsonKurtosis``.
    public let pearsonKurtosis: Estimate
    /// See ``Concentration/unbiasedKurtosis``.
    public let unbiasedKurtosis: Estimate
    /// See ``Concentration/topShare``.
    public let topShare: Estimate
    /// See ``Concentration/topShareOfSeveral``.
    public let topShareOfSeveral: Estimate
    /// How many heads that counts.
    public let top: Int
    /// Each layer's share of the whole activation: [layer].
    public let layers: [Estimate]
    /// How well the pattern would come out again on as many other examples; see ``HeadMeasurement/reliability(seed:)``.
    public let reliability: Estimate
    /// The mean loss over examples, in nats.
    public let meanLoss: Double
    /// The mean number of supervised tokens: tasks whose answers differ much in length are compared with care.
    public let meanSupervisedTokens: Double

    /// How many examples a reliability of 0.98 needs, by Spearman and Brown; `nil` where no number would do.
    public var examplesNeeded: Int? {
        reliability.value.flatMap { HeadActivation.examplesNeeded(examples: examples, reliability: $0) }
    }
    /// The number of examples.
    public let examples: Int
}

extension HeadMeasurement {
    /// Gini, variation, kurtosis, top shares and layer profile of the activation, with 95 % intervals from a bootstrap over
    /// examples that are corrected for the noise of the sample (`biasCorrected(_:_:examples:within:isRough:)` of
    /// `Statistics`), and the reliability with its own.
    ///
    /// - Parameters:
    ///   - resamples: how often examples are drawn anew for the intervals.
    ///   - seed: random seed of what is drawn.
    ///   - top: how many heads ``PatternStatistics/topShareOfSeveral`` counts.
    public func statistics(resamples: Int = 1000, seed: Int = 0, top: Int = 10) -> PatternStatistics {
        let (heads, activation) = (heads, pattern.activation.map { Double($0) })
        let own = Concentration(of: activation, top: top)
        let drawn =
            examples > 1
            ? bootstrap(self, resamples: resamples, seed: seed) {
                (Concentration(of: $0, top: top), layerShares($0, heads: heads))
            } : []
        func estimate(_ part: (Concentration) -> Double?, from least: Double = 0, to most: Double = .infinity)
            -> Estimate
        {
            biasCorrected(part(own), drawn.map { part($0.0) }, examples: examples, within: least...most)
        }
        func mean(_ values: some Sequence<Double>) -> Double { values.reduce(0, +) / Double(examples) }
        return PatternStatistics(
            gini: estimate(\.gini, to: 1), variation: estimate(\.variation),
            sampleVariation: estimate(\.sampleVariation), kurtosis: estimate(\.kurtosis, from: -2),
            pearsonKurtosis: estimate(\.pearsonKurtosis, from: 1),
            unbiasedKurtosis: estimate(\.unbiasedKurtosis, from: -.infinity),
            topShare: estimate(\.topShare, to: 1), topShareOfSeveral: estimate(\.topShareOfSeveral, to: 1),
            top: top,
            layers: layerEstimates(
                layerShares(activation, heads: heads), drawn.map(\.1), layers: self.layers, examples: examples
            ),
            reliability: reliabilityEstimate(seed: seed), meanLoss: mean(loss.lazy.map { Double($0) }),
            meanSupervisedTokens: mean(supervisedTokens.lazy.map { Double($0) }), examples: examples)
    }
}
