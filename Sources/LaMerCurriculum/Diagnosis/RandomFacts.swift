import Kernels

/// Random facts for each query, each about as long as one of the query's own facts and none of them.
///
/// - Parameters:
///   - facts: each query's own facts.
///   - count: how many for each query.
///   - pool: what to draw from.
///   - seed: random seed of what is drawn; each query has a stream of its own.
///   - length: a fact's length, in whatever unit.
/// - Returns: for each query at most `count`; fewer where the pool has no others.
public func randomFacts(
    for facts: [[String]], count: Int, from pool: [String], seed: Int, length: (String) -> Int
) -> [[String]] {
    let measured = Set(pool).map { (text: $0, length: length($0)) }
    let ascending = measured.sorted { ($0.length, $0.text) < ($1.length, $1.text) }
    let reach = max(10, ascending.count / 20)
    return facts.enumerated().map { query, own in
        guard !own.isEmpty, !ascending.isEmpty else { return [] }
        var generator = SeededGenerator(seed: seed, stream: query)
        var (chosen, taken) = ([String](), Set(own))
        for place in 0..<20 * count where chosen.count < count {
            let wanted = length(own[place % own.count])
            let middle = ascending.partitioningIndex { $0.length >= wanted }
            let near = max(0, middle - reach)..<min(ascending.count, middle + reach)
            let drawn = ascending[Int.random(in: near, using: &generator)].text
            if taken.insert(drawn).inserted { chosen.append(drawn) }
        }
        return chosen
    }
}

extension Array {
    /// The first index from which on a condition holds, which holds for none before.
    func partitioningIndex(where holds: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if holds(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
