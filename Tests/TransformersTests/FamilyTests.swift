import Kernels
import ModelFiles
import Tensor
import TestSupport
import Testing
import Transformers

/// A tiny random model of each family against what transformers computes with it, eager attention, float32.
@Suite struct FamilyTests {
    @Test(arguments: FamilyModel.folders + FamilyModel.ggufs)
    func logitsAndLossesMatch(_ tiny: FamilyModel) throws {
        let reference = try Reference(tiny.reference)
        let model = try Decoder(ModelSource(path: repositoryPath(tiny.model)))
        let batch = Batch(try TinyModel.sequences(reference))
        let rows = try reference.ints("logits_rows").map { batch.predicting[Int($0)] }
        let logits = distance(model.logits(batch, rows: rows).elements, try reference.floats("logits"))
        #expect(logits.difference <= 1e-5 * logits.scale, "\(logits)")
        let losses = distance(model.tokenLosses(batch).elements, try reference.floats("token_nll"))
        #expect(losses.difference <= 1e-5 * losses.scale, "\(losses)")
    }

    @Test(arguments: FamilyModel.folders + FamilyModel.ggufs)
    func greedyContinuationsMatch(_ tiny: FamilyModel) throws {
        let reference = try Reference(tiny.reference)
        let model = try Decoder(ModelSource(path: repositoryPath(tiny.model)))
        let greedy = try reference.ints("greedy")
        for (i, sequence) in try TinyModel.sequences(reference).enumerated() {
            let prompt = Array(sequence.ids.prefix(sequence.supervised.firstIndex(of: true) ?? 0))
            let made = model.greedy(prompt, limit: 12, ends: [])
            #expect(made.count == min(12, max(0, model.contextLength + 1 - prompt.count)))
            #expect(made == Array(greedy[i * 12..<(i + 1) * 12].prefix(made.count)))
        }
    }

    /// Every weight trained: the gradients of all of them, or their lengths where the reference keeps only those.
    @Test(arguments: FamilyModel.folders)
    func weightGradientsMatch(_ tiny: FamilyModel) throws {
        let reference = try Reference(tiny.reference)
        let model = try Decoder(ModelSource(path: repositoryPath(tiny.model)))
        let found = model.weightGradients(Batch(try TinyModel.sequences(reference))).map { name, gradient in
            // GPT-2's files leave the prefix out that its modules have; GPT-NeoX's keep an older name.
            let moduleName = name.replacing("embed_out", with: "lm_head")
            let isShort = tiny.name.hasPrefix("gpt2") && !name.hasPrefix("transformer.")
            return (name: isShort ? "transformer." + moduleName : moduleName, gradient: gradient)
        }
        let expected = reference.names(beginning: "gradient_norm.").map {
            String($0.dropFirst("gradient_norm.".count))
        }
        #expect(Set(found.map(\.name)) == Set(expected))
        let whole = Set(reference.names(beginning: "gradient."))
        for (name, gradient) in found {
            let norm = try reference.floats("gradient_norm." + name)[0]
            let length = gradient.elements.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
            // A key's bias moves all scores of a row alike: its gradient is zero, and rounding has no scale of its own.
            #expect(
                abs(Float(length) - norm) <= 1e-4 * max(norm, 1e-3), "\(name): \(length), expected \(norm)")
            guard whole.contains("gradient." + name) else { continue }
            let (difference, scale) = distance(gradient.elements, try reference.floats("gradient." + name))
            #expect(difference <= 1e-4 * max(scale, 1e-3), "\(name)")
        }
    }

    @Test func thereAreModelsOfEachFamily() throws {
        #expect(FamilyModel.folders.count >= 18)
    }
}
