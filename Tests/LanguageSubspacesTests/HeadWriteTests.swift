import Foundation
import LanguageSubspaces
import LinearProbes
import ModelFiles
import Tensor
import TestSupport
import Testing
import Transformers

@Suite struct HeadWriteTests {
    /// The writes of all heads and feed-forward layers and what enters add up to the stream along the direction, also where
    /// a norm follows attention.
    @Test(arguments: ["gemma3", "gpt2", "qwen2", "olmo2", "gpt_neox"])
    func writesAddUpToTheStream(_ family: String) async throws {
        let model = try Decoder(
            ModelSource(path: repositoryPath("notebooks-data/reference/families/\(family)")))
        let texts: [[Int32]] = [[3, 7, 9], [5, 8, 12, 30, 4], [40]]
        let direction = (0..<model.dModel).map { Double(($0 * 7) % 11) / 5 - 1 }
        let square = direction.reduce(0) { $0 + $1 * $1 }
        for layers in [1, model.layers] {
            let states = await states(
                of: model, on: texts, texts: texts.indices.map { States.Text(id: "\($0)") },
                sites: [.residual],
                layers: [layers], packTokens: 100, workers: 1)
            let all = await headWrites(
                of: model, on: texts, along: [direction.map { 1 - $0 }, direction], layers: layers,
                packTokens: 6,
                workers: 2)
            let writes = try #require(all.last)
            #expect(all.count == 2 && all[0].heads[0] != writes.heads[0])
            let residual = try #require(states.sites[.residual])
            for text in texts.indices {
                #expect(writes.heads[text].count == layers * model.heads)
                let sum =
                    writes.heads[text].reduce(0, +) + writes.feedForwards[text].reduce(0, +)
                    + writes.embedding[text]
                let state = residual.values[text * model.dModel..<(text + 1) * model.dModel]
                let wanted = zip(state, direction).reduce(0.0) { $0 + Double($1.0) * $1.1 } / square
                // An output projection's bias is no head's.
                let bias = biases(model, layers, direction) / square
                #expect(
                    abs(Double(sum) + bias - wanted) < 1e-4 * max(1, abs(wanted)),
                    "\(family), \(layers) layers")
            }
        }
    }

    private func biases(_ model: Decoder, _ layers: Int, _ direction: [Double]) -> Double {
        (0..<layers).reduce(0) { sum, layer in
            guard let bias = model.blocks[layer].attention.output.bias else { return sum }
            return sum + zip(bias.tensor.elements, direction).reduce(0.0) { $0 + Double($1.0) * $1.1 }
        }
    }
}
