import Statistics
import GradAttrib
import Kernels
import ModelFiles
import Tensor
import TestSupport
import Testing
import Transformers

/// Gemma 3 270M (Q4_K_M) against transformers on the same file, where `SFT_PROBE_GEMMA3` names it.
@Suite(.enabled(if: GemmaModel.path != nil, Comment(rawValue: GemmaModel.whySkipped)))
struct GemmaScoreTests {
    @Test func scoresMatch() async throws {
        let model = try Decoder(ModelSource(path: try #require(GemmaModel.path)))
        let expected = try Reference("notebooks-data/reference/gemma3/reference.safetensors").floats("signed")
        let sequences = try GemmaModel.reference().records.map(\.sequence)
        let scores = try await headScores(
            of: model, on: sequences, reduction: .exampleMean, packTokens: 512, workers: 2)
        let size = model.layers * model.heads
        for example in sequences.indices {
            let range = example * size..<(example + 1) * size
            let (difference, scale) = distance(Array(scores.signed[range]), Array(expected[range]))
            #expect(difference <= 1e-3 * scale, "example \(example)")
        }
    }
}
