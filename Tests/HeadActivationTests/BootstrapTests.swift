import HeadActivation
import Statistics
import Testing

@Suite struct BootstrapTests {
    let measurement = tinyMeasurement(examples: 200, seed: 3)

    @Test func spreadsAsTheMeanDoes() {
        let drawn = bootstrap(measurement, resamples: 4000, seed: 1) { $0 }
        let size = measurement.layers * measurement.heads
        for head in 0..<size {
            let scores = (0..<200).map { Double(measurement.signed[$0 * size + head].magnitude) }
            let mean = scores.reduce(0, +) / 200
            let error = (scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }).squareRoot() / 200
            let means = drawn.map { $0[head] }
            let middle = means.reduce(0, +) / 4000
            let spread = (means.reduce(0) { $0 + ($1 - middle) * ($1 - middle) } / 4000).squareRoot()
            #expect(abs(middle - mean) < 5 * error / 4000.squareRoot())
            #expect(abs(spread / error - 1) < 0.06)
        }
    }

    @Test func dependsOnTheSeedAloneAndNotOnHowTheWorkIsCut() {
        let hundred = bootstrap(measurement, resamples: 100, seed: 5) { $0 }
        #expect(bootstrap(measurement, resamples: 437, seed: 5) { $0 }.prefix(100) == hundred[...])
        #expect(bootstrap(measurement, resamples: 100, seed: 6) { $0 } != hundred)
        #expect(Set(hundred.map { $0[0] }).count > 90)
    }

    @Test func interpolatesPercentiles() throws {
        let interval = try #require(percentileInterval((0...100).shuffled().map { Double($0) }))
        #expect(abs(interval.low - 2.5) < 1e-12 && abs(interval.high - 97.5) < 1e-12)
        #expect(percentileInterval([3, 1], level: 0.5) == Interval(low: 1.5, high: 2.5))
        #expect(percentileInterval([4]) == Interval(low: 4, high: 4))
        #expect(percentileInterval([]) == nil && percentileInterval([1, nil]) == nil)
    }

    @Test func givesStatisticsTheirIntervals() throws {
        let statistics = measurement.statistics(resamples: 400, top: 2)
        let all = [
            statistics.gini, statistics.variation, statistics.sampleVariation, statistics.kurtosis,
            statistics.pearsonKurtosis, statistics.unbiasedKurtosis, statistics.topShare,
            statistics.topShareOfSeveral,
        ]
        for estimate in all + statistics.layers {
            let (interval, value) = (estimate.interval, estimate.value)
            #expect(interval != nil && value != nil)
            guard let interval, let value else { continue }
            let width = interval.high - interval.low
            #expect(width > 0 && value > interval.low - width && value < interval.high + width)
        }
        #expect(statistics.layers.map(\.value) == measurement.pattern.layerProfile?.map { $0 })
        let activation = measurement.pattern.activation.map { Double($0) }
        #expect(
            abs(try #require(statistics.topShareOfSeveral.value) - (topShare(activation, k: 2) ?? 0)) < 1e-12)
        #expect(statistics.meanSupervisedTokens == 100.5)
        let single = tinyMeasurement(examples: 1).statistics()
        #expect(single.gini.value != nil && single.gini.interval == nil && single.reliability.value == nil)
    }
}
