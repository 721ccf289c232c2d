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
    /// Gini, variation, kurtosis, top shares and layer profile of the activation, with 95 % percentile intervals from a
    /// bootstrap over examples, and the reliability with its own.
    ///
    /// Resampling adds noise of its own to every head, so a statistic of concentration is biased in a small sample, and
    /// its interval with it: read narrow intervals from few examples with care.
    ///
    /// - Parameter top: how many heads ``PatternStatistics/topShareOfSeveral`` counts.
    public func statistics(resamples: Int = 1000, seed: Int = 0, top: Int = 10) -> PatternStatistics {
        let (heads, activation) = (heads, pattern.activation.map { Double($0) })
        let own = Concentration(of: activation, top: top)
        let drawn =
            examples > 1
            ? bootstrap(self, resamples: resamples, seed: seed) {
                (Concentration(of: $0, top: top), layerShares($0, heads: heads))
            } : []
        func estimate(_ part: (Concentration) -> Double?) -> Estimate {
            Estimate(value: part(own), interval: percentileInterval(drawn.map { part($0.0) }))
        }
        func mean(_ values: some Sequence<Double>) -> Double { values.reduce(0, +) / Double(examples) }
        return PatternStatistics(
            gini: estimate(\.gini), variation: estimate(\.variation),
            sampleVariation: estimate(\.sampleVariation), kurtosis: estimate(\.kurtosis),
            pearsonKurtosis: estimate(\.pearsonKurtosis), unbiasedKurtosis: estimate(\.unbiasedKurtosis),
            topShare: estimate(\.topShare), topShareOfSeveral: estimate(\.topShareOfSeveral), top: top,
            layers: layerEstimates(
                layerShares(activation, heads: heads), drawn.map(\.1), layers: self.layers),
            reliability: reliabilityEstimate(seed: seed), meanLoss: mean(loss.lazy.map { Double($0) }),
            meanSupervisedTokens: mean(supervisedTokens.lazy.map { Double($0) }), examples: examples)
    }
}
