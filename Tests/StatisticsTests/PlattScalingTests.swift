import Foundation
import Statistics
import TestSupport
import Testing

/// Logistic lines and thresholds against scikit-learn's and SciPy's.
@Suite struct PlattScalingTests {
    private struct Case: Decodable {
        let scores: [Double]
        let labels: [Int]
        let sklearn: [Double]
        let slope, intercept, threshold: Double
    }

    private static func cases() throws -> [Case] {
        let path = fixture("platt.json", of: "StatisticsTests")
        return try JSONDecoder().decode([Case].self, from: Data(contentsOf: URL(filePath: path)))
    }

    @Test func linesAreTheReferences() throws {
        for one in try Self.cases() {
            let fitted = PlattScaling(one.scores, isPositive: one.labels.map { $0 == 1 })
            #expect(abs(fitted.slope - one.slope) < 1e-8 * max(1, abs(one.slope)))
            #expect(abs(fitted.intercept - one.intercept) < 1e-8 * max(1, abs(one.intercept)))
            #expect(abs(fitted.slope - one.sklearn[0]) < 1e-3 * max(1, abs(one.slope)))
            #expect(abs(fitted.intercept - one.sklearn[1]) < 1e-3 * max(1, abs(one.intercept)))
        }
    }

    @Test func thresholdsAreTheReferences() throws {
        for one in try Self.cases() {
            let found = balancedThreshold(one.scores, isPositive: one.labels.map { $0 == 1 })
            #expect(abs(found - one.threshold) < 1e-9)
        }
    }

    @Test func scoresThatSayNothingGiveTheBaseRate() {
        let fitted = PlattScaling([2, 2, 2, 2, 2, 2], isPositive: [true, false, false, false, false, false])
        let p = 1 / (1 + exp(-(fitted.slope * 2 + fitted.intercept)))
        #expect(abs(p - (2.0 / 3 + 5.0 / 7) / 6) < 1e-6)
    }
}
