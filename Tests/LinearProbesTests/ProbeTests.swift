import Foundation
import Kernels
import Statistics
import TestSupport
import Testing

@testable import LinearProbes

/// What scikit-learn computes.
private struct Case: Decodable {
    let name: String
    let examples: Int
    let features: [Double]
    let labels: [Int]
    let groups: [Int]?
    let classes: Int
    let l2, accuracy, balanced_accuracy, log_loss: Double
    let auroc: Double?

    var matrix: DoubleMatrix {
        DoubleMatrix(rows: examples, columns: features.count / examples, features)
    }

    var folds: ProbeFolds {
        ProbeFolds(groups.map { $0.map { "\($0)" } } ?? labels.map { _ in nil }, count: 5)
    }

    static func all() throws -> [Case] {
        let path = fixture("probes.json", of: "LinearProbesTests")
        return try JSONDecoder().decode([Case].self, from: Data(contentsOf: URL(filePath: path)))
    }
}

@Suite struct ProbeTests {
    @Test func readingsAreScikitLearns() throws {
        for one in try Case.all() {
            let reading = try #require(
                probe(one.matrix, labels: [one.labels], classes: one.classes, folds: one.folds, l2: one.l2)[0]
            )
            #expect(reading.accuracy == one.accuracy, "\(one.name)")
            #expect(abs(reading.logLoss - one.log_loss) < 1e-5, "\(one.name): \(reading.logLoss)")
            #expect(abs(balancedAccuracy(reading.isRight, one.labels) - one.balanced_accuracy) < 1e-12)
            if let auroc = one.auroc {
                let curve = AreaUnderCurve(reading.scores, isPositive: one.labels.map { $0 == 1 })
                #expect(abs((curve.value ?? 0) - auroc) < 1e-9, "\(one.name)")
            }
        }
    }

    @Test func theSearchEndsAtTheOptimum() throws {
        for one in try Case.all() {
            let fitted = LogisticRegression(
                ProbeFeatures(one.matrix, l2: one.l2), labels: one.labels, classes: one.classes)
            #expect(fitted.gradient < 1e-6, "\(one.name): \(fitted.gradient)")
        }
    }

    /// Of single texts the log-loss has the interval of a mean; copies in the group of their text add nothing.
    @Test func intervalsDrawGroups() throws {
        for one in try Case.all() where one.groups == nil {
            let reading = try #require(
                probe(one.matrix, labels: [one.labels], classes: one.classes, folds: one.folds, l2: one.l2)[0]
            )
            let (group, count) = (one.folds.group, one.labels.count)
            let draws = (0..<1000).map { drawnCounts(count, seed: 0, resample: $0) }
            let found = ReadingIntervals(reading, labels: one.labels, group: group, draws)
            let logLoss = try #require(found.logLoss)
            let spread = reading.losses.reduce(0) { $0 + ($1 - reading.logLoss) * ($1 - reading.logLoss) }
            let error = (spread / Double(count * (count - 1))).squareRoot()
            let reach = studentQuantile(twoSided: 0.05, freedom: Double(count - 1)) * error
            #expect(abs((logLoss.high - logLoss.low) / (2 * reach) - 1) < 0.1, "\(one.name)")
            let balanced = try #require(found.balancedAccuracy)
            #expect(balanced.low < one.balanced_accuracy && one.balanced_accuracy <= balanced.high)
            if let auroc = one.auroc {
                let curve = try #require(found.areaUnderCurve)
                #expect(curve.low < auroc && auroc <= curve.high && curve.high <= 1)
            }
            let twice = ProbeReading(
                isRight: reading.isRight + reading.isRight, losses: reading.losses + reading.losses,
                scores: reading.scores + reading.scores)
            let copied = ReadingIntervals(
                twice, labels: one.labels + one.labels, group: group + group, draws)
            #expect(abs((copied.logLoss?.low ?? 0) - logLoss.low) < 1e-9)
            #expect(abs((copied.balancedAccuracy?.high ?? 0) - balanced.high) < 1e-9)
            #expect(abs((copied.areaUnderCurve?.low ?? 0) - (found.areaUnderCurve?.low ?? 0)) < 1e-9)
        }
    }

    /// Twins with opposite labels mislead a probe that knows one of them.
    @Test func groupsStayTogether() {
        let folds = ProbeFolds(["a", "b", "a", nil, "b", "c"], count: 2)
        #expect(folds.fold == [0, 1, 0, 0, 1, 1])
        #expect(folds.group == [0, 1, 0, 2, 1, 3])
    }

    @Test func aFoldOfOneLabelIsNotProbed() {
        let features = DoubleMatrix(rows: 4, columns: 1, [0, 1, 2, 3])
        let folds = ProbeFolds([nil, nil, nil, nil], count: 2)
        #expect(probe(features, labels: [[0, 1, 0, 1]], classes: 2, folds: folds, l2: 1)[0] == nil)
    }
}
