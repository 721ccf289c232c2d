import Foundation
import HeadActivation
import Kernels
import Statistics
import TestSupport
import Testing

/// What SciPy and NumPy make of the same problems.
@Suite struct AnalysisReferenceTests {
    struct Expected: Decodable {
        struct NNLS: Decodable {
            let columns: [[Double]]
            let b, x, free, singular: [Double]
        }
        struct T: Decodable {
            let t, freedom, p: Double
        }
        let nnls: [NNLS]
        let x, y, ties_x, ties_y, heights, p, q: [Double]
        let spearman, pearson, ties_spearman: Double
        let distances: [[Double]]
        let leaves: [Int]
        let t: [T]
    }

    let expected: Expected

    init() throws {
        let data = try Data(contentsOf: URL(filePath: fixture("analysis.json", of: "HeadActivationTests")))
        expected = try JSONDecoder().decode(Expected.self, from: data)
    }

    @Test func solvesWithoutNegativesAsSciPy() throws {
        #expect(expected.nnls.count == 200)
        for problem in expected.nnls {
            let x = try #require(nonNegativeLeastSquares(problem.columns, problem.b))
            for (our, theirs) in zip(x, problem.x) {
                #expect(abs(our - theirs) <= 1e-6 * max(1, abs(theirs)))
            }
            // A point of zero gradient where free, and of none that promises where fixed.
            #expect(x.allSatisfy { $0 >= 0 })
        }
    }

    @Test func solvesLeastSquaresAsLAPACKFromNumPy() throws {
        for problem in expected.nnls {
            let found = try #require(leastSquares(problem.columns, problem.b))
            for (our, theirs) in zip(found.solution, problem.free) {
                #expect(abs(our - theirs) <= 1e-8 * max(1, abs(theirs)))
            }
            for (our, theirs) in zip(found.singularValues, problem.singular) {
                #expect(abs(our - theirs) <= 1e-9 * max(1, theirs))
            }
        }
        #expect(leastSquares([[1, .nan]], [1, 2]) == nil)
        let dependent = try #require(leastSquares([[1, 2, 3], [2, 4, 6]], [1, 2, 3]))
        #expect(dependent.rank == 1 && dependent.condition > 1e12)
        #expect(abs(dependent.solution[0] - 0.2) < 1e-12 && abs(dependent.solution[1] - 0.4) < 1e-12)
    }

    @Test func correlatesAsSciPy() throws {
        #expect(abs(try #require(pearson(expected.x, expected.y)) - expected.pearson) < 1e-12)
        #expect(abs(try #require(spearman(expected.x, expected.y)) - expected.spearman) < 1e-12)
        #expect(
            abs(try #require(spearman(expected.ties_x, expected.ties_y)) - expected.ties_spearman) < 1e-12)
        #expect(abs(try #require(cosine([3, 4], [4, 3])) - 0.96) < 1e-15)
        #expect(cosine([0, 0], [1, 2]) == nil && spearman([1, 1], [1, 2]) == nil)
        #expect(
            cosine(centred(expected.x), centred(expected.y)).map { abs($0 - expected.pearson) < 1e-12 }
                == true)
    }

    private func centred(_ x: [Double]) -> [Double] { x.map { $0 - x.reduce(0, +) / Double(x.count) } }

    @Test func clustersAsSciPy() {
        let tree = averageLinkage(expected.distances)
        func heights(_ cluster: Cluster) -> [Double] {
            switch cluster {
            case .leaf: []
            case .join(let first, let second, let height): heights(first) + heights(second) + [height]
            }
        }
        for (our, theirs) in zip(heights(tree).sorted(), expected.heights) {
            #expect(abs(our - theirs) < 1e-12)
        }
        #expect(tree.leaves.sorted() == Array(0..<6))
    }

    @Test func drawsTheTree() {
        let tree = averageLinkage([[0, 1, 4], [1, 0, 5], [4, 5, 0]])
        #expect(tree.drawing(["a", "b", "c"]) { "\($0)" } == "┐ 4.5\n├─ ┐ 1.0\n│  ├─ a\n│  └─ b\n└─ c\n")
        #expect(averageLinkage([[0]]).drawing(["a"]) { "\($0)" } == "a\n")
    }

    @Test func adjustsForManyTestsAsSciPy() {
        for (our, theirs) in zip(benjaminiHochberg(expected.p), expected.q) {
            #expect(abs(our - theirs) < 1e-12)
        }
        let some = benjaminiHochberg([0.01, .nan, 0.5])
        #expect(some[0] == 0.02 && some[1].isNaN && some[2] == 0.5)
    }

    @Test func knowsStudentsDistributionAsSciPy() {
        for case let row in expected.t {
            #expect(abs(twoSidedP(t: row.t, freedom: row.freedom) - row.p) <= 1e-10 * max(row.p, 1e-4))
            #expect(twoSidedP(t: -row.t, freedom: row.freedom) == twoSidedP(t: row.t, freedom: row.freedom))
        }
        #expect(twoSidedP(t: .infinity, freedom: 3) == 0 && twoSidedP(t: .nan, freedom: 3).isNaN)
    }
}
