import Foundation
import Statistics
import TestSupport
import Testing

/// SciPy's figures; see notebooks-data/reference/make_statistics.py.
@Suite struct StatisticsReferenceTests {
    private struct Reference: Decodable {
        struct Paired: Decodable {
            let before, after: [Double]
            let t, p, low, high: Double
            let signFlip: Double?
        }
        struct Accelerated: Decodable {
            let value, low, high: Double
            let drawn, leftOut: [Double]
        }
        struct Quantile: Decodable { let freedom, t: Double }
        let paired: [Paired]
        let p, bh, by: [Double]
        let bca: [Accelerated]
        let quantiles: [Quantile]
    }

    private let reference: Reference

    init() throws {
        let data = try Data(contentsOf: URL(filePath: fixture("statistics.json", of: "StatisticsTests")))
        reference = try JSONDecoder().decode(Reference.self, from: data)
    }

    private func isNear(_ x: Double, _ y: Double, _ tolerance: Double = 1e-9) -> Bool {
        abs(x - y) <= tolerance * max(1, abs(y))
    }

    @Test func pairedTests() throws {
        for item in reference.paired {
            let found = PairedChange(before: item.before, after: item.after)
            let interval = try #require(found.change.interval)
            #expect(isNear(found.t, item.t) && isNear(found.p, item.p))
            #expect(isNear(interval.low, item.low) && isNear(interval.high, item.high))
            #expect(interval.low <= found.change.value ?? .nan && interval.high >= found.change.value ?? .nan)
            if let exact = item.signFlip {
                #expect(isNear(signFlipP(zip(item.before, item.after).map { $1 - $0 }), exact))
            }
        }
    }

    @Test func falseDiscoveryControl() {
        for (found, expected) in [
            (benjaminiHochberg(reference.p), reference.bh), (benjaminiYekutieli(reference.p), reference.by),
        ] {
            for (one, other) in zip(found, expected) { #expect(isNear(one, other)) }
        }
        let some = benjaminiYekutieli([0.01, .nan, 0.5])
        #expect(isNear(some[0], 0.03) && some[1].isNaN && isNear(some[2], 0.75))
    }

    @Test func acceleratedIntervals() throws {
        for item in reference.bca {
            let found = try #require(
                acceleratedInterval(item.value, drawn: item.drawn, leftOut: item.leftOut))
            #expect(isNear(found.low, item.low, 1e-7) && isNear(found.high, item.high, 1e-7))
        }
        #expect(acceleratedInterval(1, drawn: [], leftOut: []) == nil)
        #expect(acceleratedInterval(1, drawn: [2, 3], leftOut: []) == Interval(low: 1, high: 2.975))
    }

    @Test func studentQuantiles() {
        for item in reference.quantiles {
            #expect(isNear(studentQuantile(twoSided: 0.05, freedom: item.freedom), item.t))
        }
    }
}
