import Foundation
import Kernels
import ModelFiles
import ModuleRobustness
import Tensor
import TestSupport
import Testing
import Transformers

/// The values of `notebooks-data/reference/make_robustness.py`: PyTorch's states of changed models, scikit-learn's classifiers.
struct RobustnessReference: Decodable {
    struct Prompt: Decodable {
        let ids: [Int32]
        let label: Int
        let split: String
    }

    struct Outcome: Decodable {
        let module: String?
        let strength, firstOrder: Double?
        let decisions: [Double]
        let accuracy, cosine, retrainedAccuracy, margin: Double
    }

    struct Case: Decodable {
        let family: String
        let prompts: [Prompt]
        let start: Outcome
        let modules: [Outcome]

        var model: Decoder {
            get throws {
                try Decoder(ModelSource(path: repositoryPath("notebooks-data/reference/families/\(family)")))
            }
        }

        var behaviour: [BehaviourPrompt] {
            prompts.enumerated().map {
                BehaviourPrompt(
                    id: "\($0)", ids: $1.ids, isPositive: $1.label == 1, isTest: $1.split == "test")
            }
        }
    }

    let refusal, compliance: [[Int32]]
    let l2: Double
    let cases: [Case]

    static func read() throws -> RobustnessReference {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let data = try Data(
            contentsOf: URL(filePath: fixture("robustness.json", of: "ModuleRobustnessTests")))
        return try decoder.decode(RobustnessReference.self, from: data)
    }

    static func named(_ family: String) throws -> Case {
        try #require(try read().cases.first { $0.family == family })
    }

    var openings: OpeningTokens { OpeningTokens(refusal: refusal, compliance: compliance) }
}

@Suite struct RobustnessTests {
    private func expect(_ found: BehaviourOutcome, _ wanted: RobustnessReference.Outcome, _ what: String) {
        let largest = wanted.decisions.reduce(1) { max($0, abs($1)) }
        for (a, b) in zip(found.decisions, wanted.decisions) {
            #expect(abs(a - b) <= 1e-4 * largest, "\(what): \(a), \(b)")
        }
        #expect(found.decisions.count == wanted.decisions.count)
        #expect(found.accuracy == wanted.accuracy, "\(what)")
        #expect(abs(found.cosine - wanted.cosine) < 1e-5, "\(what): cosine \(found.cosine), \(wanted.cosine)")
        #expect(found.retrainedAccuracy == wanted.retrainedAccuracy, "\(what)")
        #expect(abs((found.margin ?? .nan) - wanted.margin) < 1e-4, "\(what): margin")
    }

    @Test(arguments: ["qwen2", "gemma2", "gpt2", "phi3", "gpt_neox", "olmo2"])
    func perturbedModelsArePyTorchs(_ family: String) async throws {
        let reference = try RobustnessReference.read()
        let one = try #require(reference.cases.first { $0.family == family })
        let model = try one.model
        let settings = RobustnessSettings(
            perturbations: [.scale(0), .scale(0.5)], l2: reference.l2, firstOrder: true, packTokens: 40,
            workers: 2)
        let found = try await measureRobustness(
            of: model, on: one.behaviour, openings: reference.openings, modules: model.projections, settings)
        expect(found.start, one.start, family)
        #expect(found.modules.count == one.modules.count)
        for module in found.modules {
            let wanted = try #require(
                one.modules.first {
                    ($0.module ?? "").hasSuffix(module.place.path)
                        && $0.strength == module.perturbation.strength
                }, "\(module.place.path)")
            let what = "\(module.place.path) × \(module.perturbation.strength)"
            expect(module.outcome, wanted, what)
            let (slope, right) = (try #require(module.firstOrder), wanted.firstOrder ?? .nan)
            #expect(abs(slope - right) <= 2e-4 * max(1, abs(right)), "\(what): \(slope), \(right)")
        }
    }

    @Test func workersAndPacksChangeNothing() async throws {
        let one = try RobustnessReference.named("qwen2")
        let model = try one.model
        var lines: [[RobustnessLine]] = []
        for (workers, tokens) in [(1, 10_000), (2, 16)] {
            let settings = RobustnessSettings(
                perturbations: [.noise(0.3)], seeds: 2, packTokens: tokens, workers: workers)
            lines.append(
                try await measureRobustness(
                    of: model, on: one.behaviour, modules: Array(model.projections.prefix(8)), settings
                ).lines)
        }
        #expect(lines[0].count == 17)
        for (a, b) in zip(lines[0], lines[1]) {
            #expect(abs(a.logit - b.logit) < 1e-4 && a.accuracy == b.accuracy && a.module == b.module)
        }
        #expect(lines[0][1].logit != lines[0][2].logit, "seeds draw other noise")
    }

    @Test func aScaleOfOneChangesNothing() async throws {
        let one = try RobustnessReference.named("gemma2")
        let model = try one.model
        let settings = RobustnessSettings(
            perturbations: [.scale(1)], firstOrder: true, packTokens: 100, workers: 2)
        let found = try await measureRobustness(
            of: model, on: one.behaviour, modules: model.projections, settings)
        for line in found.lines.dropFirst() {
            #expect(line.drop == 0 && line.firstOrder == 0 && abs(line.cosine - 1) < 1e-6)
            #expect(abs(line.logit - found.start.logit) < 1e-5)
        }
        let layers = Double(model.layers)
        #expect(abs(found.share - (layers + 1) / 2 / layers) < 1e-12)
    }

    @Test func noiseHasItsShareOfTheNorm() async throws {
        let one = try RobustnessReference.named("qwen2")
        let model = try one.model
        let path = try #require(model.projections.first).path
        var (weight, moved) = ([Float](), [Float]())
        for (perturbation, keep) in [(Perturbation.scale(1), true), (.noise(0.5), false)] {
            var copy = model
            copy.visitProjections { name, projection in
                guard name == path else { return }
                let changed = perturbation.applied(to: projection.effectiveWeight, path: path, seed: 1)
                if keep { weight = changed.elements } else { moved = changed.elements }
            }
        }
        let noise = zip(moved, weight).map { $0 - $1 }
        let share = (sumOfSquares(noise) / sumOfSquares(weight)).squareRoot()
        #expect(abs(share - 0.5) < 0.05, "\(share)")
        #expect(abs(noise.reduce(0, +) / Float(noise.count)) < 0.05)
    }

    @Test func bothKindsAreNeeded() async throws {
        let one = try RobustnessReference.named("qwen2")
        let model = try one.model
        let settings = RobustnessSettings(packTokens: 100, workers: 1)
        let harmful = one.behaviour.filter(\.isPositive)
        await #expect(throws: RobustnessError.self) {
            _ = try await measureRobustness(of: model, on: harmful, modules: model.projections, settings)
        }
        #expect(throws: RobustnessError.noModules(types: ["o"], found: ["q"])) {
            _ = try model.projections.filter { $0.role == .query }.ofTypes(["o"], layers: nil)
        }
        #expect(try model.projections.ofTypes(["q", "down"], layers: [1]).map(\.layer) == [1, 1])
    }
}
