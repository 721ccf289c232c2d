import HeadActivation
import Statistics
import Testing

@Suite struct ChangeTests {
    private let means: [Double]
    private let base: HeadMeasurement

    init() {
        var normal = Normal(2)
        means = normal.logNormal(60)
        base = measured("t", means, seed: 1)
    }

    @Test func listsTheHeadsThatChangedAndFewOthers() {
        var changed = means
        for head in [3, 17, 44] { changed[head] *= 2 }
        for ids in ["e", "f"] {
            let list = changedHeads(base, measured("t", at: "final", changed, seed: 9, ids: ids))
            let found = list.filter { $0.q <= 0.01 && $0.after > $0.before }.map { 10 * $0.layer + $0.head }
            #expect(Set(found) == [3, 17, 44])
            #expect(list.count == 60 && list.map(\.q) == list.map(\.q).sorted())
        }
    }

    @Test func isBlindToTheSizeOfTheLoss() throws {
        let halved = HeadMeasurement(
            task: "t", checkpoint: "final", layers: 6, heads: 10, signed: base.signed.map { $0 / 2 },
            loss: base.loss, ids: base.ids, tokens: base.tokens, supervisedTokens: base.supervisedTokens,
            provenance: base.provenance)
        #expect(changedHeads(base, halved).allSatisfy { !($0.q < 1) })
        let change = PatternChange(from: base, to: halved, resamples: 200)
        let distance = change.distance
        #expect(try #require(distance.moved.value) < 1e-12 && (distance.meanSquare.value ?? 0) > 0.01)
        #expect((distance.pearson.value ?? 0) > 1 - 1e-12)
    }

    /// Under no change, p-values are uniform.
    @Test func saysNothingWhereNothingChanged() {
        let p = (0..<20).flatMap { seed in
            changedHeads(
                measured("t", means, seed: 100 + seed), measured("t", means, seed: 200 + seed, ids: "f")
            ).map(\.p)
        }
        #expect(abs(Double(p.count { $0 < 0.05 }) / Double(p.count) - 0.05) < 0.02)
        #expect(abs(p.reduce(0, +) / Double(p.count) - 0.5) < 0.03)
    }

    @Test func tellsChangeFromChance() throws {
        let again = PatternChange(from: base, to: measured("t", means, seed: 77, ids: "f"), resamples: 300)
        let chance = try #require(again.movedByChance)
        #expect(abs(try #require(again.distance.moved.value) / chance - 1) < 0.35)
        var other = Normal(50)
        let mode = means.map { $0 * (1 + 0.1 * other.next()) }
        let elsewhere = PatternChange(
            from: base, to: measured("t", other.logNormal(60), seed: 3), otherTasks: [mode], resamples: 300)
        #expect(try #require(elsewhere.distance.moved.interval).low > 3 * chance)
        let rest = try #require(elsewhere.withoutCommonMode)
        #expect(abs(try #require(rest.pearson.value)) < 0.6 && rest.moved.value == nil)
        for estimate in [rest.pearson, rest.spearman, rest.cosine, rest.meanSquare] {
            let (value, interval) = (try #require(estimate.value), try #require(estimate.interval))
            #expect(interval.low < interval.high && abs(value - interval.low) < 0.5)
        }
    }

    @Test func followsATask() throws {
        let end = means.enumerated().map { $0.offset < 10 ? 3 * $0.element : $0.element }
        func at(_ share: Double) -> [Double] {
            zip(normalized(means), normalized(end)).map { $0 + share * ($1 - $0) }
        }
        let path = Trajectory([
            ("base", at(0)), ("step-000010", at(0.5)), ("step-000020", at(0.92)), ("final", at(1)),
        ])
        let progress = path.points.compactMap(\.progress.value)
        for (found, expected) in zip(progress, [0, 0.5, 0.92, 1]) { #expect(abs(found - expected) < 1e-9) }
        #expect(path.checkpoint(reaching: 0.9)?.step == 20 && path.checkpoint(reaching: 0.4)?.step == 10)
        #expect(path.points.map(\.step) == [0, 10, 20, nil])
        #expect(path.points[0].fromPrevious == nil && path.points[3].toFinal.meanSquare.value == 0)
        #expect(path.checkpoints(reaching: 0.9) == nil && path.points[1].progress.interval == nil)
        #expect(Trajectory([("base", at(0))]).points[0].progress.value == nil)
    }

    @Test func saysHowSurelyATaskSettles() throws {
        let end = means.enumerated().map { $0.offset < 10 ? 3 * $0.element : $0.element }
        func at(_ share: Double, _ label: String) -> HeadMeasurement {
            let mixed = zip(normalized(means), normalized(end)).map { $0 + share * ($1 - $0) }
            return measured("t", at: label, mixed, seed: 5)  // the same noise on the same examples
        }
        let path = Trajectory(
            of: [at(0, "base"), at(0.5, "step-000010"), at(0.97, "step-000020"), at(1, "final")],
            resamples: 200)
        for point in path.points.dropFirst().dropLast() {
            let (value, interval) = (
                try #require(point.progress.value), try #require(point.progress.interval)
            )
            #expect(
                interval.low < interval.high && interval.low - 0.05 < value && value < interval.high + 0.05)
            #expect(point.fromBase.meanSquare.interval != nil && point.toFinal.pearson.interval != nil)
        }
        let range = try #require(path.checkpoints(reaching: 0.9))
        #expect(range.earliest.step == 20 && range.latest.step == 20)
        #expect(path.checkpoint(reaching: 0.9)?.step == 20)
    }

    private func normalized(_ x: [Double]) -> [Double] { x.map { $0 / x.reduce(0, +) } }

    @Test func ordersCheckpointsAsTraining() {
        #expect(
            inTrainingOrder(["final", "step-000100", "sft", "step-000020", "base"])
                == ["base", "step-000020", "step-000100", "sft", "final"])
    }
}
