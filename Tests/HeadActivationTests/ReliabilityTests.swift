import HeadActivation
import Statistics
import Testing

@Suite struct ReliabilityTests {
    @Test func isNearOneWhereHeadsDifferMoreThanExamples() throws {
        let strong = try #require(measurement(noise: 0.05, examples: 40).reliability())
        let weak = try #require(measurement(noise: 10, examples: 40).reliability())
        #expect(strong > 0.999 && strong <= 1)
        #expect(weak < strong - 0.05)
    }

    @Test func foretellsTheCorrelationOfTwoMeasurements() throws {
        let (first, second) = (
            measurement(noise: 1, examples: 30), measurement(noise: 1, examples: 30, seed: 9)
        )
        func activation(_ of: HeadMeasurement) -> [Double] {
            of.pattern.activation.map { Double($0) }
        }
        let found = try #require(pearson(activation(first), activation(second)))
        #expect(abs(try #require(first.reliability()) - found) < 0.05)
    }

    /// The interval must hold what other examples give about as often as it says.
    @Test func itsIntervalHoldsTheReliability() throws {
        let estimates = (0..<60).map {
            measurement(noise: 1, examples: 60, seed: 20 + $0).reliabilityEstimate()
        }
        let values = try estimates.map { try #require($0.value) }
        let middle = values.reduce(0, +) / 60
        let intervals = try estimates.map { try #require($0.interval) }
        #expect(intervals.count { $0.low <= middle && middle <= $0.high } >= 51)
        let spread = (values.reduce(0) { $0 + ($1 - middle) * ($1 - middle) } / 59).squareRoot()
        let reach = intervals.reduce(0) { $0 + ($1.high - $1.low) } / 60 / 3.92
        #expect(reach / spread > 0.6 && reach / spread < 1.6)
        #expect(tinyMeasurement(examples: 19).reliabilityEstimate().interval == nil)
    }

    @Test func saysHowManyExamplesAreNeeded() {
        // Spearman and Brown: doubling the length takes 0.5 to 2·0.5/(1 + 0.5).
        #expect(examplesNeeded(for: 2.0 / 3, examples: 10, reliability: 0.5) == 20)
        #expect(examplesNeeded(examples: 100, reliability: 0.98) == 100)
        #expect(examplesNeeded(examples: 100, reliability: 0) == nil)
        #expect(examplesNeeded(examples: 100, reliability: 1) == nil)
    }

    @Test func needsFourExamples() {
        #expect(tinyMeasurement(examples: 3).reliability() == nil)
        #expect(tinyMeasurement(examples: 4).reliability() != nil)
    }

    @Test func tellsHeadsFromChance() {
        let pattern = measurement(noise: 0.5, examples: 100).pattern
        #expect(pattern.tValues[59] > 20 && abs(pattern.tValues[0]) < 6)
        #expect(pattern.strongest(2) == [59, 58])
        #expect(abs((pattern.normalizedActivation ?? []).reduce(0, +) - 1) < 1e-12)
        #expect(tinyMeasurement(examples: 1).pattern.tValues.allSatisfy { $0.isNaN })
    }

    /// 60 heads whose scores grow from 0 to 5.9, with noise.
    private func measurement(noise: Float, examples: Int, seed: Int = 4) -> HeadMeasurement {
        let made = tinyMeasurement(examples: examples, layers: 6, heads: 10, seed: seed)
        return HeadMeasurement(
            task: "t", checkpoint: "c", layers: 6, heads: 10,
            signed: made.signed.enumerated().map { Float($0.offset % 60) * 0.1 + noise * $0.element },
            loss: made.loss, ids: made.ids, tokens: made.tokens, supervisedTokens: made.supervisedTokens,
            provenance: made.provenance)
    }
}
