import Statistics
import GradAttrib
import Kernels
import ModelFiles
import TestSupport
import Testing
import Transformers

/// Captum's own methods over gates on the heads' outputs, float64.
@Suite struct CaptumTests {
    static let models = ["tiny-llama/gqa-tied", "tiny-llama/untied-bias", "families/gpt2", "families/gemma2"]
    private static let folder = "notebooks-data/reference/"

    private func model(_ name: String) throws -> (Decoder, [TokenSequence]) {
        let sequences = try TinyModel.sequences(Reference(Self.folder + name + "/reference.safetensors"))
        return (try Decoder(ModelSource(path: repositoryPath(Self.folder + name))), sequences)
    }

    /// Holds scores to Captum's, each example by itself; `sign` turns theirs into F as it is minus F replaced.
    private func compare(
        _ signed: [Float], with array: String, sign: Float = 1, of name: String, examples: Int,
        within tolerance: Float
    ) throws {
        let file = name.split(separator: "/").last.map(String.init) ?? name
        let expected = try Reference("\(Self.folder)captum/\(file).safetensors").floats(array)
        let size = expected.count / examples
        for example in 0..<examples {
            let range = example * size..<(example + 1) * size
            let (difference, scale) = distance(Array(signed[range]), expected[range].map { sign * $0 })
            #expect(difference <= tolerance * scale, "\(array) of \(example): \(difference) of \(scale)")
        }
    }

    @Test(arguments: models)
    func gateGradientIsInputTimesGradient(_ name: String) throws {
        let (model, sequences) = try model(name)
        let scores = headScores(
            of: model, on: Batch(sequences), weights: sequences.map { 1 / Float($0.targetCount) })
        try compare(
            scores.signed.elements, with: "gate_gradient", of: name, examples: sequences.count, within: 1e-4)
    }

    /// The same points of the same rule, so that they agree where 20 points are too few as well.
    @Test(arguments: models)
    func gateIntegralIsIntegratedGradients(_ name: String) async throws {
        let (model, sequences) = try model(name)
        let scores = try await attribution(
            of: model, on: sequences.map { Probe($0) },
            by: Recipe(.gateIG, baseline: .zero, points: 20, isRefined: false), packTokens: 512, workers: 2
        ).scores
        try compare(
            scores.signed.elements, with: "gate_ig", of: name, examples: sequences.count, within: 1e-3)
    }

    /// Captum's effect is that of taking a head away: F replaced minus F as it is.
    @Test(arguments: models, [Baseline.zero, .mean])
    func ablationIsFeatureAblation(_ name: String, _ baseline: Baseline) async throws {
        let (model, sequences) = try model(name)
        let scores = try await attribution(
            of: model, on: sequences.map { Probe($0) }, by: Recipe(.ablation, baseline: baseline),
            packTokens: 512, workers: 2
        ).scores
        try compare(
            scores.signed.elements, with: "\(baseline.rawValue)_ablation", sign: -1, of: name,
            examples: sequences.count, within: 1e-3)
    }
}
