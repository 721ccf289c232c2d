import Foundation
import Kernels
import Statistics
import TestSupport
import Testing

/// What numpy and scikit-learn compute for made points.
private struct SmallNumerics: Decodable {
    struct PCA: Decodable {
        let mean, variance, share: [Double]
        let components, coordinates: [[Double]]
    }

    struct DBSCAN: Decodable {
        let radius: Double
        let minimum: Int
        let clusters: [Int]
    }

    let points: [[Double]]
    let symmetric, eigenvalues, wide, singular_values: [Double]
    let pca: PCA
    let dbscan: DBSCAN
    let other: [Int]
    let adjusted_rand: Double
    let silhouettes: [Double]

    func distance(_ i: Int, _ j: Int) -> Double {
        zip(points[i], points[j]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
    }

    init() throws {
        let path = fixture("small-numerics.json", of: "StatisticsTests")
        self = try JSONDecoder().decode(Self.self, from: Data(contentsOf: URL(filePath: path)))
    }
}

private func near(_ a: [Double], _ b: [Double], within tolerance: Double = 1e-9) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= tolerance }
}

@Suite struct SmallNumericsTests {
    @Test func eigenvectorsSolveTheirEquation() throws {
        let reference = try SmallNumerics()
        let (matrix, n) = (reference.symmetric, 4)
        let found = try #require(SymmetricEigen(matrix, n: n))
        #expect(near(found.values, reference.eigenvalues))
        for (value, vector) in zip(found.values, found.vectors) {
            let product = (0..<n).map { row in
                zip(matrix[row * n..<(row + 1) * n], vector).reduce(0.0) { $0 + $1.0 * $1.1 }
            }
            #expect(near(product, vector.map { value * $0 }))
            #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-12)
        }
        #expect(SymmetricEigen([.nan], n: 1) == nil)
    }

    @Test(arguments: [(3, 5), (5, 3)])
    func aDecompositionMultipliesBack(rows: Int, columns: Int) throws {
        let reference = try SmallNumerics()
        let found = try #require(
            SingularValueDecomposition(reference.wide, rows: rows, columns: columns))
        if rows == 3 { #expect(near(found.values, reference.singular_values)) }
        let k = found.values.count
        var product = [Double](repeating: 0, count: rows * columns)
        for (i, j) in (0..<rows).flatMap({ i in (0..<columns).map { (i, $0) } }) {
            for n in 0..<k {
                let scaled = found.u[i * k + n] * found.values[n]
                product[i * columns + j] += scaled * found.vt[n * columns + j]
            }
        }
        #expect(near(product, reference.wide))
    }

    @Test func componentsAreScikitLearns() throws {
        let reference = try SmallNumerics()
        let found = try #require(PrincipalComponents(of: reference.points, count: 3))
        #expect(near(found.mean, reference.pca.mean))
        #expect(near(found.variance, reference.pca.variance))
        #expect(near(found.share, reference.pca.share))
        for (mine, theirs) in zip(found.components, reference.pca.components) { #expect(near(mine, theirs)) }
        for (point, theirs) in zip(reference.points, reference.pca.coordinates) {
            #expect(near(found.coordinates(of: point), theirs))
        }
    }

    @Test func clustersAreScikitLearns() throws {
        let reference = try SmallNumerics()
        let (count, wanted) = (reference.points.count, reference.dbscan)
        let clusters = dbscan(
            count, radius: wanted.radius, minimum: wanted.minimum, distance: reference.distance)
        #expect(clusters == wanted.clusters)
        #expect(clusters.contains(-1))
        let agreement = adjustedRandIndex(clusters, reference.other)
        #expect(abs(agreement - reference.adjusted_rand) < 1e-12)
        #expect(adjustedRandIndex(clusters, clusters.map { 7 - $0 }) == 1)
        let found = try #require(silhouettes(reference.other, distance: reference.distance))
        #expect(near(found, reference.silhouettes))
        #expect(silhouettes([1, 1], distance: { _, _ in 1 }) == nil)
    }

    /// The examples of Newcombe 1998, table II, method 10.
    @Test func differencesOfSharesAreNewcombes() throws {
        for (own, other, low, high) in [
            (Proportion(56, of: 70), Proportion(48, of: 80), 0.0524, 0.3339),
            (Proportion(9, of: 10), Proportion(3, of: 10), 0.1705, 0.8090),
            (Proportion(10, of: 10), Proportion(0, of: 20), 0.6791, 1.0),
        ] {
            let found = own.above(other)
            let interval = try #require(found.interval)
            #expect(abs((found.value ?? 0) - (own.share - other.share)) < 1e-12)
            #expect(abs(interval.low - low) < 5e-5 && abs(interval.high - high) < 5e-5, "\(interval)")
        }
        #expect(Proportion(0, of: 0).above(Proportion(1, of: 2)).interval == nil)
    }
}
