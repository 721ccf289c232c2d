import Kernels
import ModelFiles
import Tensor
import TestSupport
import Testing
import Transformers

/// Gemma 3 270M (Q4_K_M) against transformers on the same file, where `SFT_PROBE_GEMMA3` names it.
@Suite(.enabled(if: GemmaModel.path != nil, Comment(rawValue: GemmaModel.whySkipped)))
struct GemmaTests {
    @Test func tokenLossesMatch() throws {
        let model = try Decoder(ModelSource(path: try #require(GemmaModel.path)))
        let expected = try Reference("notebooks-data/reference/gemma3/reference.safetensors").floats(
            "token_nll")
        let batch = Batch(try GemmaModel.reference().records.map(\.sequence))
        #expect(distance(model.tokenLosses(batch).elements, expected).difference <= 1e-3)
    }
}
