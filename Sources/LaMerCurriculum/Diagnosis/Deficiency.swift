/// A deficiency: a fact that the model lacks, or several that say nearly the same, with the queries that show
/// it.
public struct Deficiency: Sendable {
    /// The fact that moves answers most, and those that say nearly the same.
    public let facts: [String]
    /// The pairs that count, worst first.
    public let pairs: [PairDiagnosis]
    /// How many pairs of the fact were scored, those that do not count included.
    public let scored: Int
    /// The mean relative entropy over all scored pairs, in nats.
    public let mean: Double
    /// The largest relative entropy, in nats.
    public let worst: Double
    /// The mean, shrunk towards the mean of all pairs by one pseudo-query: with few queries a large mean is
    /// uncertain.
    public let severity: Double
    /// Its severity as the bands of pairs have it; easy where the fact counts for a few of its queries only.
    public let band: SeverityBand

    /// How many pairs that count are of a kind.
    public func count(of kind: ShiftKind) -> Int { pairs.count { $0.shift.kind == kind } }
}

extension Diagnosis {
    /// The deficiencies, worst first: pairs grouped by fact, and facts that say nearly the same grouped
    /// together.
    ///
    /// - Parameter likeness: the Jaccard similarity of words from which two facts count as one.
    public func deficiencies(likeness: Double = 0.8) -> [Deficiency] {
        guard !pairs.isEmpty else { return [] }
        let measures = [{ $0.shift.relativeEntropy }, cuts.severity]
        let overall = measures.map { measure in pairs.reduce(0) { $0 + measure($1) } / Double(pairs.count) }
        let group = groups(of: pairs.map(\.fact.text), likeness: likeness)
        return Dictionary(grouping: pairs.indices) { group[$0] }.values.compactMap { members in
            let pairs = members.map { self.pairs[$0] }.sorted {
                ($1.shift.relativeEntropy, $0.queryID) < ($0.shift.relativeEntropy, $1.queryID)
            }
            let deficient = pairs.filter(\.isDeficient)
            guard !deficient.isEmpty else { return nil }
            let sums = measures.map { measure in pairs.reduce(0) { $0 + measure($1) } }
            let shrunk = zip(sums, overall).map { ($0 + $1) / Double(pairs.count + 1) }
            var facts: [String] = []
            for pair in pairs where !facts.contains(pair.fact.text) { facts.append(pair.fact.text) }
            return Deficiency(
                facts: facts, pairs: deficient, scored: pairs.count, mean: sums[0] / Double(pairs.count),
                worst: pairs[0].shift.relativeEntropy, severity: shrunk[0], band: cuts.band(of: shrunk[1]))
        }.sorted { ($1.severity, $0.facts[0]) < ($0.severity, $1.facts[0]) }
    }
}
