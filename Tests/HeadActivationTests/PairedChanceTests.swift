import Foundation
import HeadActivation
import Statistics
import TestSupport
import Testing

@Suite struct PairedChanceTests {
    private let means: [Double]
    private let base: HeadMeasurement

    init() {
        var normal = Normal(2)
        means = normal.logNormal(60)
        base = measured("t", means, seed: 1)
    }

    private struct Expected: Decodable {
        let seen, moved, limit, p, pearson, meanSquareOfShares: Double
    }

    /// NumPy's swaps; see notebooks-data/reference/make_paired_chance.py.
    @Test func swapsAsNumPyDoes() throws {
        let data = try Data(
            contentsOf: URL(filePath: fixture("paired-chance.json", of: "HeadActivationTests")))
        let file = PatternFile(fixture("tasks.h5", of: "HeadActivationTests"))
        for (task, expected) in try JSONDecoder().decode([String: Expected].self, from: data) {
            let change = PatternChange(
                from: try file.read(task: task, checkpoint: "base"),
                to: try file.read(task: task, checkpoint: "final"),
                resamples: 2000)
            let chance = try #require(change.chance)
            #expect(abs(try #require(change.distance.moved.value) - expected.seen) < 1e-6)
            #expect(abs(chance.moved / expected.moved - 1) < 0.06)
            #expect(abs(chance.movedLimit / expected.limit - 1) < 0.12)
            #expect(abs((chance.meanSquareOfShares ?? 0) / expected.meanSquareOfShares - 1) < 0.12)
            #expect(abs((chance.pearson ?? 0) - expected.pearson) < 0.005)
            #expect(abs(chance.p - expected.p) < 0.002 + 0.1 * expected.p)
        }
    }

    /// Under no change p is uniform; a planted change is found; the size of the loss alone is none.
    @Test func tellsAChangeOfTheSameExamples() throws {
        var low = 0
        for seed in 0..<60 {
            let chance = try #require(
                PatternChange(from: base, to: measured("t", means, seed: 100 + seed), resamples: 200).chance)
            if chance.p <= 0.1 { low += 1 }
        }
        #expect((1...13).contains(low), "\(low) of 60")
        var moved = means
        for head in 0..<10 { moved[head] *= 1.3 }
        let change = PatternChange(from: base, to: measured("t", moved, seed: 9), resamples: 200)
        let chance = try #require(change.chance)
        #expect(chance.p < 0.01 && chance.moved < (change.distance.moved.value ?? 0))
        #expect((change.distance.moved.interval?.low ?? 0) > 0)
        let halved = HeadMeasurement(
            task: "t", checkpoint: "final", layers: 6, heads: 10, signed: base.signed.map { $0 / 2 },
            loss: base.loss, ids: base.ids, tokens: base.tokens, supervisedTokens: base.supervisedTokens,
            provenance: base.provenance)
        #expect(PatternChange(from: base, to: halved, resamples: 200).chance?.p == 1)
        let others = measured("t", means, seed: 5, ids: "f")
        let unpaired = PatternChange(from: base, to: others, resamples: 200)
        #expect(unpaired.chance == nil && unpaired.loss == nil)
    }

    /// Of few examples, where noise is large, no value lies outside its interval.
    @Test func everyIntervalHoldsItsValue() throws {
        for seed in 0..<10 {
            let (one, other) = (
                measured("t", means, examples: 7, noise: 1, seed: 10 + seed),
                measured("t", means, examples: 7, noise: 1, seed: 50 + seed)
            )
            let distance = PatternChange(from: one, to: other, otherTasks: [means], resamples: 100).distance
            let statistics = one.statistics(resamples: 100)
            for estimate in [
                distance.moved, distance.meanSquare, distance.meanSquareOfShares, distance.pearson,
                distance.spearman, distance.cosine, statistics.gini, statistics.kurtosis, statistics.topShare,
            ] + statistics.layers {
                let (value, interval) = (try #require(estimate.value), try #require(estimate.interval))
                #expect(interval.low <= value && value <= interval.high)
            }
            #expect((distance.moved.interval?.low ?? 1) >= 0 && (distance.pearson.interval?.high ?? 2) <= 1)
        }
    }
}
