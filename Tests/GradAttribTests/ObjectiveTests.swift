import Statistics
import GradAttrib
import Kernels
import ModelFiles
import Tensor
import TestSupport
import Testing
import Transformers

@Suite struct ObjectiveTests {
    /// Each objective's value from the logits of the model.
    @Test(arguments: FamilyModel.folders)
    func valuesFollowFromLogits(_ tiny: FamilyModel) async throws {
        let model = try Decoder(ModelSource(path: repositoryPath(tiny.model)))
        for probe in AttributionTests.probes {
            let batch = Batch([probe.sequence])
            let logits = model.logits(batch, rows: Array(0..<probe.sequence.ids.count))
            let logP = logits.logSoftmax().elements
            let vocabulary = logits.shape.last
            func value(_ objective: Objective, _ probe: Probe) async throws -> Float {
                try await attribution(
                    of: model, on: [probe], by: Recipe(.patching, objective: objective, baseline: .zero),
                    packTokens: 99, workers: 1
                ).scores.loss[0]
            }
            let losses = zip(batch.predicting, batch.targets).map { -logP[$0 * vocabulary + Int($1)] }
            let mean = losses.reduce(0, +) / Float(losses.count)
            #expect(abs(try await value(.nll, probe) - mean) <= 1e-4)
            #expect(abs(try await value(.logProbability, probe) - losses.reduce(0, +)) <= 1e-3)
            let ended = Probe(probe.sequence, endsInMark: true)
            #expect(
                abs(try await value(.logProbability, ended) - losses.dropLast().reduce(0, +)) <= 1e-3)
            let fork = try #require(probe.fork)
            let row = fork.position * vocabulary
            let difference = logits.elements[row + Int(fork.other)] - logits.elements[row + Int(fork.own)]
            #expect(abs(try await value(.logitDifference, probe) - difference) <= 1e-4)
        }
    }

    /// Each objective's gradients add up, on the way of a layer's heads, to its own change.
    @Test(arguments: [Objective.nll, .logProbability, .logitDifference, .divergence])
    func gradientsAddUpToChanges(_ objective: Objective) async throws {
        let model = try Decoder(ModelSource(path: repositoryPath(FamilyModel.folders[0].model)))
        let found = try await attribution(
            of: model, on: AttributionTests.probes,
            by: Recipe(.gateIG, objective: objective, baseline: .mean, points: 100), packTokens: 512,
            workers: 1)
        #expect(try #require(found.completeness).error < 0.01)
        #expect(found.scores.signed.contains { abs($0) > 1e-4 })
    }

    /// KL is 0 for the clean run and above it without a head.
    @Test func divergenceIsPositive() async throws {
        let model = try Decoder(ModelSource(path: repositoryPath(FamilyModel.folders[0].model)))
        let exact = try await attribution(
            of: model, on: AttributionTests.probes, by: Recipe(.ablation, objective: .divergence),
            packTokens: 512,
            workers: 1
        ).scores
        #expect(exact.loss.allSatisfy { abs($0) < 1e-5 })
        #expect(exact.signed.allSatisfy { $0 < 1e-5 } && exact.signed.contains { $0 < -1e-4 })
        #expect(Recipe(.gate, objective: .divergence).contradiction != nil)
    }

    @Test func whatIsMissingIsSaid() async throws {
        let model = try Decoder(ModelSource(path: repositoryPath(FamilyModel.folders[0].model)))
        let bare = AttributionTests.probes.map { Probe($0.sequence) }
        for recipe in [Recipe(.patching), Recipe(.eapIG), Recipe(.gate, objective: .logitDifference)] {
            await #expect(throws: AttributionError.self) {
                _ = try await attribution(of: model, on: bare, by: recipe, packTokens: 512, workers: 1)
            }
        }
        #expect(Recipe(.gate, baseline: .mean).contradiction != nil)
        #expect(Recipe(.ablation, baseline: .mean).name == "ablation, mean")
        #expect(
            Recipe(.gateIG, objective: .logitDifference).name == "gate-ig, zero, 20 points, logit-difference")
        #expect(Recipe().name == "gate")
    }
}
