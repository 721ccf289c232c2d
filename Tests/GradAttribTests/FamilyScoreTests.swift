import Statistics
import GradAttrib
import Kernels
import ModelFiles
import TestSupport
import Testing
import Transformers

@Suite struct FamilyScoreTests {
    /// Σ A ⊙ ∂L/∂A with attention matrices kept, by PyTorch, one example at a time.
    @Test(arguments: FamilyModel.folders + FamilyModel.ggufs)
    func scoresMatchMaterializedAttention(_ tiny: FamilyModel) throws {
        let reference = try Reference(tiny.reference)
        let model = try Decoder(ModelSource(path: repositoryPath(tiny.model)))
        let batch = Batch(try TinyModel.sequences(reference))
        let weights = Reduction.exampleMean.weights(
            targets: batch.targetPacking.sequences.map(\.count), batchSize: 1)
        let scores = headScores(of: model, on: batch, weights: weights)
        let expected = try reference.floats("signed_example_mean")
        let size = model.layers * model.heads
        for example in scores.loss.indices {
            let range = example * size..<(example + 1) * size
            let (difference, scale) = distance(Array(scores.signed[range]), Array(expected[range]))
            #expect(difference <= 1e-4 * scale, "example \(example): \(difference) of \(scale)")
        }
    }

    @Test(arguments: FamilyModel.folders)
    func identitiesHold(_ tiny: FamilyModel) async throws {
        let model = try Decoder(ModelSource(path: repositoryPath(tiny.model)))
        for identity in await identities(of: model, on: VerificationTests.sequences) {
            #expect(identity.holds, "\(identity.name): \(identity.error), at most \(identity.tolerance)")
        }
    }
}
