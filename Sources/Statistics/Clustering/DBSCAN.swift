/// The clusters of points that lie densely.
///
/// A point with at least `minimum` points within `radius`, itself among them, is a core point. Core points within
/// `radius` of each other share a cluster; another point within `radius` of a core point belongs to the cluster of the
/// first such core point; the rest is noise. So the outcome depends on the order of points in the numbers of clusters
/// and at borders alone.
///
/// - Parameters:
///   - count: the number of points.
///   - radius: the largest distance of neighbours.
///   - minimum: the fewest points within the radius of a core point, itself among them.
///   - distance: of two points, by their indices; symmetric.
/// - Returns: each point's cluster, numbered from 0 in order of their first core points; −1 for noise.
/// - Source: Ester, Kriegel, Sander and Xu 1996.
public func dbscan(
    _ count: Int, radius: Double, minimum: Int, distance: (Int, Int) -> Double
) -> [Int] {
    var neighbors = [[Int]](repeating: [], count: count)
    for i in 0..<count {
        neighbors[i].append(i)
        for j in 0..<i where distance(i, j) <= radius {
            neighbors[i].append(j)
            neighbors[j].append(i)
        }
    }
    let isCore = neighbors.map { $0.count >= minimum }
    var (cluster, next) = ([Int](repeating: -1, count: count), 0)
    for start in 0..<count where isCore[start] && cluster[start] < 0 {
        var open = [start]
        cluster[start] = next
        while let point = open.popLast() {
            for other in neighbors[point] where isCore[other] && cluster[other] < 0 {
                cluster[other] = next
                open.append(other)
            }
        }
        next += 1
    }
    for point in 0..<count where !isCore[point] {
        if let core = neighbors[point].filter({ isCore[$0] }).min() { cluster[point] = cluster[core] }
    }
    return cluster
}
