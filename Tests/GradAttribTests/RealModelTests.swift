import GradAttrib
import Kernels
import ModelFiles
import TestSupport
import Testing
import Transformers

/// SmolLM2-135M-Instruct against PyTorch with attention matrices and their gradients kept, float32.
@Suite(.enabled(if: RealModel.path != nil, Comment(rawValue: RealModel.whySkipped)))
struct RealModelTests {
    @Test func scoresMatchInAnyPackingAndAlone() async throws {
        let path = try #require(RealModel.path)
        let model = try Decoder(ModelSource(path: path))
        Products.useThreads(1)
        let expected = try Reference("notebooks-data/reference/smollm2/reference.safetensors").floats(
            "signed_float64")
        let sequences = try RealModel.reference().records.map(\.sequence)
        let packed = try await headScores(
            of: model, on: sequences, reduction: .exampleMean, packTokens: 512, workers: 2)
        let alone = try await headScores(
            of: model, on: sequences, reduction: .exampleMean, packTokens: 1, workers: 1)
        for example in sequences.indices {
            let range = example * 270..<(example + 1) * 270
            let reference = distance(Array(packed.signed[range]), Array(expected[range]))
            #expect(reference.difference <= 1e-3 * reference.scale, "example \(example)")
            let company = distance(Array(packed.signed[range]), Array(alone.signed[range]))
            #expect(company.difference <= 1e-5 * company.scale, "example \(example)")
        }
    }
}
