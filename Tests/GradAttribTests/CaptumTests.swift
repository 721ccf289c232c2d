import GradAttrib
import Kernels
import ModelFiles
import TestSupport
import Testing
import Transformers

/// Captum's own methods over gates on the heads' outputs, float64.
@Suite struct CaptumTests {
    @Test(arguments: ["tiny-llama/gqa-tied", "tiny-llama/untied-bias", "families/gpt2", "families/gemma2"])
    func gateGradientIsInputTimesGradient(_ name: String) throws {
        let folder = "notebooks-data/reference/"
        let sequences = try TinyModel.sequences(Reference(folder + name + "/reference.safetensors"))
        let file = name.split(separator: "/").last.map(String.init) ?? name
        let expected = try Reference("\(folder)captum/\(file).safetensors").floats("gate_gradient")
        let model = try Decoder(ModelSource(path: repositoryPath(folder + name)))
        let scores = headScores(
            of: model, on: Batch(sequences), weights: sequences.map { 1 / Float($0.targetCount) })
        let size = model.layers * model.heads
        for example in sequences.indices {
            let range = example * size..<(example + 1) * size
            let (difference, scale) = distance(Array(scores.signed[range]), Array(expected[range]))
            #expect(difference <= 1e-4 * scale, "example \(example): \(difference) of \(scale)")
        }
    }
}
