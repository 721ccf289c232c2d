/// A deficiency: a line of what `diagnose` lists. Relative entropies are in nats.
public struct DeficiencyLine: Codable, Sendable, Equatable {
    /// The fact that the model lacks, and those that say nearly the same.
    public let facts: [String]
    /// The mean shrunk towards that of all pairs; the mean; the largest.
    public let severity, mean_re, worst_re: Double
    /// 1 to 4.
    public let band: Int
    /// Pairs that count; all that were scored; and of what kind those that count are.
    public let pairs, scored_pairs, flips, sharpens, blurs: Int
    /// The queries of the worst five pairs.
    public let queries: [String]

    /// The line of a deficiency.
    public init(_ deficiency: Deficiency) {
        facts = deficiency.facts
        (severity, mean_re, worst_re) = (deficiency.severity, deficiency.mean, deficiency.worst)
        band = deficiency.band.rawValue
        (pairs, scored_pairs) = (deficiency.pairs.count, deficiency.scored)
        flips = deficiency.count(of: .flip)
        sharpens = deficiency.count(of: .sharpen)
        blurs = deficiency.count(of: .blur)
        queries = deficiency.pairs.prefix(5).map(\.query)
    }
}
