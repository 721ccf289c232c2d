import Foundation
import ModuleRobustness
import Records
import Statistics
import Tensor
import TestSupport
import Testing
import Transformers

@Suite struct RobustSetTests {
    private let settings = RobustnessSettings(
        perturbations: [.scale(0.5)], packTokens: 200, workers: 2)

    private func measured() async throws -> (
        model: Decoder, prompts: [BehaviourPrompt], found: RobustnessMeasurement
    ) {
        let one = try RobustnessReference.named("gpt2")
        let model = try one.model
        let found = try await measureRobustness(
            of: model, on: one.behaviour, modules: model.projections, settings)
        return (model, one.behaviour, found)
    }

    @Test func theWholeSetStaysWithinTheTolerance() async throws {
        let (model, prompts, found) = try await measured()
        let set = try await searchRobustSet(
            in: model, on: prompts, found.lines, .scale(0.5), SearchSettings(tolerance: 0.3, run: 2), settings
        )
        #expect(set.start == found.start.accuracy && set.accuracy >= set.start - 0.3)
        #expect(!set.modules.isEmpty && set.candidates.count == model.projections.count)
        #expect(set.checks.last { $0.isTaken }?.accuracy == set.accuracy)
        // The joint pass says the same of the set as a measurement of one module whose change is all of theirs.
        let random = set.randomSet(seed: 3)
        #expect(random.count == set.modules.count)
        for role in ProjectionRole.allCases {
            #expect(random.count { $0.role == role } == set.modules.count { $0.role == role })
        }
    }

    @Test func aToleranceOfOneTakesAll() async throws {
        let (model, prompts, found) = try await measured()
        let set = try await searchRobustSet(
            in: model, on: prompts, found.lines, .scale(0.5), SearchSettings(tolerance: 0.999_999), settings)
        #expect(set.modules == model.projections)
        #expect(set.checks.count(where: \.isTaken) == set.checks.count)
    }

    @Test func anotherPerturbationIsNamed() async throws {
        let (model, prompts, found) = try await measured()
        await #expect(
            throws: RobustnessError.results(
                "no module was measured under noise=0.1, but under scale=0.5")
        ) {
            _ = try await searchRobustSet(
                in: model, on: prompts, found.lines, .noise(0.1), SearchSettings(), settings)
        }
    }

    @Test func jointDropsAreThoseOfTheirSum() async throws {
        let (model, prompts, found) = try await measured()
        let joint = try #require(
            try await found.joint(of: model, on: prompts, .scale(0.5), tolerance: 0, settings))
        #expect(
            joint.sum
                == joint.modules.reduce(0) { sum, place in
                    sum + (found.summary(of: .scale(0.5)).first { $0.place == place }?.drop ?? 0)
                })
        let excess = try #require(joint.excess.value)
        #expect(abs(excess - (joint.drop - joint.sum)) < 1e-12)
    }

    @Test func patternsAreCorrelations() async throws {
        let (_, _, found) = try await measured()
        let patterns = RobustnessPatterns(of: found.summary(of: .scale(0.5)), resamples: 100)
        #expect(
            patterns.agreement.map(\.name) == [
                "fall of the log-odds", "classifier fitted anew", "1 − cosine",
            ])
        #expect(patterns.queriesAndKeys == nil, "GPT-2 has them in one matrix")
        #expect(patterns.depth.value.map { abs($0) <= 1 } ?? true)
    }

    @Test func ratesAreReadAsTheyWereWritten() throws {
        let places = try RobustnessReference.named("qwen2").model.projections
        let folder = try TemporaryFolder()
        for rates in [
            protectingRates(of: Array(places.prefix(3)), factor: 1e-4),
            protectingRates(of: Array(places.prefix(3)), factor: 0),
            protectingRates(of: places, factor: 1e-4, warmupShare: 0.2),
        ] {
            let path = folder.file("rates.json")
            try rates.write(to: path)
            #expect(try Rates(path: path) == rates)
        }
    }

    @Test func changesAreOfThePairs() throws {
        let start = try RobustnessReference.named("qwen2").model
        var (now, other) = (start, start)
        try now.attachLowRank(rank: 2, alpha: 4, seed: 0)
        #expect(now.weightChanges(from: start).values.allSatisfy { $0 == 0 }, "B is zero")
        now.visitWeights { name, weight in
            if name.hasSuffix("lora_B.weight") {
                weight = .tensor(weight.tensor.adding(0.5))
            }
        }
        other = now.merged()
        let (pairs, whole) = (now.weightChanges(from: start), other.weightChanges(from: start))
        for (path, norm) in whole {
            #expect(abs(norm - (pairs[path] ?? .nan)) < 1e-4 * max(1, norm), "\(path)")
        }
        #expect(now.weightChanges(from: now).values.allSatisfy { $0 < 1e-3 })
    }
}
