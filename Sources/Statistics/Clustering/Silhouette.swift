/// How much nearer each point lies to its own cluster than to the next: (b − a) / max(a, b), from −1 to 1.
///
/// a is a point's mean distance to the others of its cluster, b the least of its mean distances to another cluster. A
/// point that is alone in its cluster has 0.
///
/// - Parameters:
///   - clusters: each point's cluster; the numbers are names.
///   - distance: of two points, by their indices; symmetric.
/// - Returns: a number for each point; nil where there are fewer than two clusters.
/// - Source: Rousseeuw 1987.
public func silhouettes(_ clusters: [Int], distance: (Int, Int) -> Double) -> [Double]? {
    let names = Set(clusters).sorted()
    guard names.count >= 2 else { return nil }
    let number = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    let cluster = clusters.map { number[$0] ?? 0 }
    var sizes = [Int](repeating: 0, count: names.count)
    for one in cluster { sizes[one] += 1 }
    // Sums of distances: [point][cluster].
    var sums = [[Double]](repeating: [Double](repeating: 0, count: names.count), count: clusters.count)
    for i in clusters.indices {
        for j in 0..<i {
            let d = distance(i, j)
            sums[i][cluster[j]] += d
            sums[j][cluster[i]] += d
        }
    }
    return clusters.indices.map { i in
        let own = cluster[i]
        guard sizes[own] > 1 else { return 0 }
        let a = sums[i][own] / Double(sizes[own] - 1)
        let others = names.indices.filter { $0 != own }.map { sums[i][$0] / Double(sizes[$0]) }
        let b = others.min() ?? 0
        return max(a, b) > 0 ? (b - a) / max(a, b) : 0
    }
}
