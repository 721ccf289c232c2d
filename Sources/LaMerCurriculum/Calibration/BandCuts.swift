import Statistics

/// What the severity bands are cut by.
public enum BandRule: String, Sendable, CaseIterable {
    /// The paper's cuts of RE: 0.4, 0.7 and 1.0 nats.
    case fixed
    /// Quartiles of the pairs that count, so that each band has a quarter of the pairs.
    case quartiles
}

/// Where the bands of the pairs that count are cut, in nats.
public struct BandCuts: Sendable, Equatable {
    /// Where normal, hard and unfair begin, ascending.
    public let starts: [Double]
    /// Whether the cuts are of RE*, where there is one, and not of RE.
    public let rule: BandRule

    /// The paper's cuts. They suit its models: with another model, or with means instead of sums of
    /// log-likelihoods, nearly all pairs may be in one band.
    ///
    /// - Source: Xiong et al. (LaMer), section 3.3, whose first band begins at its threshold, 0.1.
    public static let fixed = BandCuts(starts: [0.4, 0.7, 1], rule: .fixed)

    private init(starts: [Double], rule: BandRule) { (self.starts, self.rule) = (starts, rule) }

    /// The quartiles of severities; nil for fewer than four different ones.
    public init?(quartilesOf severities: [Double]) {
        guard Set(severities).count >= 4 else { return nil }
        let ascending = severities.sorted()
        self.init(starts: [0.25, 0.5, 0.75].compactMap { quantile(ascending, $0) }, rule: .quartiles)
    }

    /// The severity of a pair: RE, or for quartiles RE* where there is one.
    func severity(of pair: PairDiagnosis) -> Double {
        rule == .fixed ? pair.shift.relativeEntropy : pair.calibrated ?? pair.shift.relativeEntropy
    }

    /// The band of the severity of a pair that counts; a value equal to a cut is in the upper band.
    public func band(of severity: Double) -> SeverityBand {
        SeverityBand(rawValue: 1 + starts.count { severity >= $0 }) ?? .unfair
    }
}
