import Kernels
import ModelFiles
import Tensor
import TestSupport
import Testing
import Transformers

/// SmolLM2-135M-Instruct against transformers, float32, eager attention, on the same dequantized weights.
@Suite(.enabled(if: RealModel.path != nil, Comment(rawValue: RealModel.whySkipped)))
struct RealModelTests {
    @Test func tokenLossesMatch() throws {
        let path = try #require(RealModel.path)
        let model = try Decoder(ModelSource(path: path))
        let expected = try Reference("notebooks-data/reference/smollm2/reference.safetensors").floats(
            "token_nll")
        let batch = Batch(try RealModel.reference().records.map(\.sequence))
        #expect(distance(model.tokenLosses(batch).elements, expected).difference <= 1e-4)
    }

    @Test func greedyContinuationsMatch() throws {
        let path = try #require(RealModel.path)
        let model = try Decoder(ModelSource(path: path))
        for greedy in try RealModel.reference().greedy {
            let ends = greedy.ids.count < 64 ? Set(greedy.ids.suffix(1)) : []
            let made = model.greedy(greedy.prompt_ids, limit: 64, ends: ends)
            #expect(made == (ends.isEmpty ? greedy.ids : greedy.ids.dropLast()), "\(greedy.id)")
        }
    }
}
