import Foundation
import Kernels
import Statistics
import Testing

@Suite struct BiasCorrectionTests {
    @Test func intervalsHoldTheirValue() throws {
        // Every drawn number lies above the value: a distance that noise has lengthened.
        let found = biasCorrected(1, [1.5, 1.6, 1.7], examples: 10)
        let interval = try #require(found.interval)
        #expect(interval.low < 1 && interval.high == 1 && found.isNotZero)
        let rough = try #require(biasCorrected(1, [1.5, 1.6, 1.7], examples: 10, isRough: true).interval)
        #expect(rough.low == interval.low && rough.high > 1.69)
        #expect(biasCorrected(0.1, [0.5, 0.9], examples: 4, within: 0...1).interval?.low == 0)
        #expect(biasCorrected(1, [1, nil], examples: 10).interval == nil)
        #expect(biasCorrected(nil, [1, 2], examples: 10).interval == nil)
        #expect(biasCorrected(1, [1, 2], examples: 1).interval == nil)
        #expect(biasCorrected(2, [2, 2], examples: 5).interval == Interval(low: 2, high: 2))
    }

    /// The length of a mean vector is too long by its noise; the interval covers the true length, percentiles do not.
    @Test func coversWhatNoiseLengthens() {
        var (covered, percentiles) = (0, 0)
        for run in 0..<200 {
            var generator = SeededGenerator(seed: run)
            func normal() -> Double {
                let u = Double.random(in: 1e-12..<1, using: &generator)
                return (-2 * log(u)).squareRoot() * cos(2 * .pi * Double.random(in: 0..<1, using: &generator))
            }
            let rows = (0..<20).map { _ in (0..<8).map { _ in 0.3 + normal() } }
            func length(_ counts: [Int32]) -> Double {
                (0..<8).reduce(0) { sum, column in
                    let mean = zip(rows, counts).reduce(0) { $0 + Double($1.1) * $1.0[column] } / 20
                    return sum + mean * mean
                }
            }
            let drawn = (0..<200).map { length(drawnCounts(20, seed: run, resample: $0)) }
            let value = length([Int32](repeating: 1, count: 20))
            func holds(_ interval: Interval?) -> Bool {
                interval.map { $0.low <= 0.72 && 0.72 <= $0.high } ?? false
            }
            if holds(biasCorrected(value, drawn, examples: 20, within: 0...Double.infinity).interval) {
                covered += 1
            }
            if holds(percentileInterval(drawn)) { percentiles += 1 }
        }
        #expect(covered >= 170 && percentiles < covered - 20, "\(covered), \(percentiles)")
    }
}
