/// Something that the model lacks: a fact, or several that say nearly the same, and the queries that show it.
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
    /// The mean, drawn towards the mean of all pairs as if by one more query: a fact that few queries test cannot be sure
    /// to be bad.
    public let severity: Double

    /// Its severity as the paper's bands have it; easy where the fact counts for a few of its queries only.
    public var band: SeverityBand { SeverityBand(relativeEntropy: severity) ?? .easy }
    /// How many pairs that count are of a kind.
    public func count(of kind: ShiftKind) -> Int { pairs.count { $0.shift.kind == kind } }
}

extension Diagnosis {
    /// What the model lacks, worst first: pairs gathered by fact, and facts that say nearly the same gathered too.
    ///
    /// - Parameter likeness: the part of their words that two facts share (Jaccard) from which they are one.
    public func deficiencies(likeness: Double = 0.8) -> [Deficiency] {
        guard !pairs.isEmpty else { return [] }
        let overall = pairs.reduce(0) { $0 + $1.shift.relativeEntropy } / Double(pairs.count)
        return groups(likeness).compactMap { members in
            let pairs = members.sorted {
                ($1.shift.relativeEntropy, $0.queryID) < ($0.shift.relativeEntropy, $1.queryID)
            }
            let deficient = pairs.filter(\.isDeficient)
            guard !deficient.isEmpty else { return nil }
            let sum = pairs.reduce(0) { $0 + $1.shift.relativeEntropy }
            var facts: [String] = []
            for pair in pairs where !facts.contains(pair.fact.text) { facts.append(pair.fact.text) }
            return Deficiency(
                facts: facts, pairs: deficient, scored: pairs.count, mean: sum / Double(pairs.count),
                worst: pairs[0].shift.relativeEntropy,
                severity: (sum + overall) / Double(pairs.count + 1))
        }.sorted { ($1.severity, $0.facts[0]) < ($0.severity, $1.facts[0]) }
    }

    /// The pairs of each group of like facts. A fact joins the first group whose first fact it is like.
    private func groups(_ likeness: Double) -> [[PairDiagnosis]] {
        var groups: [[PairDiagnosis]] = []
        var groupOfFact: [String: Int] = [:]
        var leaders: [Set<Substring>] = []
        var groupsWithWord: [Substring: [Int]] = [:]
        for pair in pairs {
            let fact = plain(pair.fact.text)
            if let known = groupOfFact[fact] {
                groups[known].append(pair)
                continue
            }
            let words = Set(fact.split(separator: " "))
            let near = Set(words.flatMap { groupsWithWord[$0] ?? [] }).sorted().first {
                Double(words.intersection(leaders[$0]).count) >= likeness
                    * Double(words.union(leaders[$0]).count)
            }
            if let near {
                groupOfFact[fact] = near
                groups[near].append(pair)
            } else {
                groupOfFact[fact] = groups.count
                for word in words { groupsWithWord[word, default: []].append(groups.count) }
                groups.append([pair])
                leaders.append(words)
            }
        }
        return groups
    }
}
