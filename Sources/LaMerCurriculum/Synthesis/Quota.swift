/// How many examples are made for each pair.
public enum Quota: Sendable, Equatable {
    /// As many as the pair's band: 1, 2, 3 or 4, as in the paper.
    case band
    /// This many in all, in proportion to relative entropy; rounding favours the largest remainders.
    case proportional(total: Int)

    /// The number of examples for each pair; none for pairs that do not count.
    ///
    /// - Parameters:
    ///   - pairs: the pairs, with their bands and relative entropies.
    ///   - cap: the most for one fact, and those that say nearly the same. One fact moves the answers of many
    ///     queries, and the frequent ones would crowd out the others; its worst pairs come first.
    public func counts(_ pairs: [DiagnosisLine], cap: Int) -> [Int] {
        var counts = wanted(pairs)
        let group = groups(of: pairs.map(\.fact), likeness: 0.8)
        var room: [Int: Int] = [:]
        let worstFirst = pairs.indices.sorted {
            (pairs[$1].relativeEntropy, $0) < (pairs[$0].relativeEntropy, $1)
        }
        for place in worstFirst {
            counts[place] = min(counts[place], room[group[place], default: cap])
            room[group[place], default: cap] -= counts[place]
        }
        return counts
    }

    private func wanted(_ pairs: [DiagnosisLine]) -> [Int] {
        guard case .proportional(let total) = self else { return pairs.map(\.band) }
        let weights = pairs.map { $0.band > 0 ? $0.relativeEntropy : 0 }
        let sum = weights.reduce(0, +)
        guard sum > 0 else { return pairs.map { _ in 0 } }
        let shares = weights.map { $0 / sum * Double(total) }
        var counts = shares.map { Int($0) }
        let byRemainder = shares.indices.filter { weights[$0] > 0 }.sorted {
            (shares[$1] - Double(counts[$1]), $0) < (shares[$0] - Double(counts[$0]), $1)
        }
        for place in byRemainder.prefix(total - counts.reduce(0, +)) { counts[place] += 1 }
        return counts
    }
}
