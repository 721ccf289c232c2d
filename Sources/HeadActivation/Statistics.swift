public import Statistics

/// The statistics of a measurement's activation pattern, with their uncertainty.
public struct PatternStatistics: Sendable, Equatable {
    /// See ``Concentration/gini``.
    public let gini: Estimate
    /// See ``Concentration/variation``.
    public let variation: Estimate
    /// See ``Concentration/kurtosis``.
    public let kurtosis: Estimate
    /// See ``Concentration/topShare``.
    public let topShare: Estimate
    /// How well the pattern would come out again on as many other examples; see ``HeadMeasurement/reliability(seed:)``.
    public let reliability: Double?
    /// The mean loss over examples, in nats.
    public let meanLoss: Double
}

extension HeadMeasurement {
    /// Gini, variation, kurtosis and top share of the activation, with 95 % percentile intervals from a bootstrap over
    /// examples.
    ///
    /// Resampling adds noise of its own to every head, so a statistic of concentration is biased in a small sample, and
    /// its interval with it: read narrow intervals from few examples with care.
    public func statistics(resamples: Int = 1000, seed: Int = 0) -> PatternStatistics {
        let own = Concentration(of: pattern.activation.map { Double($0) })
        let drawn =
            examples > 1
            ? bootstrap(self, resamples: resamples, seed: seed) { Concentration(of: $0) } : []
        func estimate(_ part: (Concentration) -> Double?) -> Estimate {
            Estimate(value: part(own), interval: percentileInterval(drawn.map(part)))
        }
        return PatternStatistics(
            gini: estimate(\.gini), variation: estimate(\.variation), kurtosis: estimate(\.kurtosis),
            topShare: estimate(\.topShare), reliability: reliability(seed: seed),
            meanLoss: loss.reduce(0) { $0 + Double($1) } / Double(examples))
    }
}
