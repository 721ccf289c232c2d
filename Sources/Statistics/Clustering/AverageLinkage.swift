/// Groups within groups.
public indirect enum Cluster: Sendable, Equatable {
    /// One item, by its index.
    case leaf(Int)
    /// Two groups and the distance at which they join.
    case join(Cluster, Cluster, height: Double)

    /// The items, in the order in which a dendrogram shows them.
    public var leaves: [Int] {
        switch self {
        case .leaf(let index): [index]
        case .join(let first, let second, _): first.leaves + second.leaves
        }
    }

    /// The distance at which the parts join; 0 for one item.
    public var height: Double {
        switch self {
        case .leaf: 0
        case .join(_, _, let height): height
        }
    }
}

extension Cluster {
    /// The items of the two parts of every join and its height, lowest first.
    public var joins: [(first: [Int], second: [Int], height: Double)] {
        guard case .join(let first, let second, let height) = self else { return [] }
        let parts = first.joins + second.joins
        return parts.sorted { $0.height < $1.height } + [(first.leaves, second.leaves, height)]
    }
}

/// Joins the two nearest groups until one is left; the distance of two groups is the mean over their pairs.
///
/// - Parameter distances: a symmetric matrix, of at least one item.
/// - Source: Sokal and Michener, 1958 (average linkage, UPGMA).
public func averageLinkage(_ distances: [[Double]]) -> Cluster {
    precondition(
        !distances.isEmpty && distances.allSatisfy { $0.count == distances.count },
        "a matrix of \(distances.count) rows of \(distances.map(\.count)) numbers")
    var groups = distances.indices.map { Cluster.leaf($0) }
    while groups.count > 1 {
        var nearest = (first: 0, second: 1, distance: Double.infinity)
        for first in groups.indices {
            for second in first + 1..<groups.count {
                let distance = meanDistance(groups[first].leaves, groups[second].leaves, distances)
                if distance < nearest.distance { nearest = (first, second, distance) }
            }
        }
        let joined = Cluster.join(groups[nearest.first], groups[nearest.second], height: nearest.distance)
        groups.remove(at: nearest.second)
        groups[nearest.first] = joined
    }
    return groups[0]
}

private func meanDistance(_ first: [Int], _ second: [Int], _ distances: [[Double]]) -> Double {
    var sum = 0.0
    for a in first { for b in second { sum += distances[a][b] } }
    return sum / Double(first.count * second.count)
}

extension Cluster {
    /// A tree for a terminal, an item a line, with the height of every join.
    public func drawing(_ names: [String], height text: (Double) -> String) -> String {
        lines(names, text).joined(separator: "\n") + "\n"
    }

    private func lines(_ names: [String], _ text: (Double) -> String) -> [String] {
        switch self {
        case .leaf(let index): return [names[index]]
        case .join(let first, let second, let height):
            let upper = first.lines(names, text)
            let lower = second.lines(names, text)
            return ["┐ " + text(height)] + ["├─ " + upper[0]] + upper.dropFirst().map { "│  " + $0 }
                + ["└─ " + lower[0]] + lower.dropFirst().map { "   " + $0 }
        }
    }
}
