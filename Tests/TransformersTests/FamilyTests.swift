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
        let batch = Batch(TinyModel.sequences(reference))
        let rows = reference.ints("logits_rows").map { batch.predicting[Int($0)] }
        let logits = distance(model.logits(batch, rows: rows).elements, reference.floats("logits"))
        #expect(logits.difference <= 1e-5 * logits.scale, "\(logits)")
        let losses = distance(model.tokenLosses(batch).elements, reference.floats("token_nll"))
        #expect(losses.difference <= 1e-5 * losses.scale, "\(losses)")
    }

    @Test(arguments: FamilyModel.folders + FamilyModel.ggufs)
    func greedyContinuationsMatch(_ tiny: FamilyModel) throws {
        let reference = try Reference(tiny.reference)
        let model = try Decoder(ModelSource(path: repositoryPath(tiny.model)))
        let greedy = reference.ints("greedy")
        for (i, sequence) in TinyModel.sequences(reference).enumerated() {
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
        var model = try Decoder(ModelSource(path: repositoryPath(tiny.model)))
        var weights: [(name: String, tensor: Tensor)] = []
        model.visitWeights { name, weight in
            let tensor =
                switch weight {
                case .stored(let matrix): Tensor(matrix.expanded(), shape: weight.shape).tracked()
                default: weight.tensor.tracked()
                }
            // GPT-2's files leave the prefix out that its modules have; GPT-NeoX's keep an older name.
            let moduleName = name.replacing("embed_out", with: "lm_head")
            let isShort = tiny.name.hasPrefix("gpt2") && !name.hasPrefix("transformer.")
            weights.append((isShort ? "transformer." + moduleName : moduleName, tensor))
            weight = .tensor(tensor)
        }
        let batch = Batch(TinyModel.sequences(reference))
        let loss = model.tokenLosses(batch).sum().scaled(by: 1 / Float(batch.targets.count))
        let gradients = loss.gradients(of: weights.map(\.tensor))
        let expected = reference.names(beginning: "gradient_norm.").map {
            String($0.dropFirst("gradient_norm.".count))
        }
        #expect(Set(weights.map(\.name)) == Set(expected))
        let whole = Set(reference.names(beginning: "gradient."))
        for (weight, gradient) in zip(weights, gradients) {
            let norm = reference.floats("gradient_norm." + weight.name)[0]
            let length = gradient.elements.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
            #expect(
                abs(Float(length) - norm) <= 1e-4 * max(norm, 1e-3),
                "\(weight.name): \(length), expected \(norm)")
            guard whole.contains("gradient." + weight.name) else { continue }
            let (difference, scale) = distance(gradient.elements, reference.floats("gradient." + weight.name))
            // A key's bias moves all scores of a row alike: its gradient is zero, and rounding has no scale of its own.
            #expect(difference <= 1e-4 * max(scale, 1e-3), "\(weight.name)")
        }
    }

    @Test func thereAreModelsOfEachFamily() throws {
        #expect(FamilyModel.folders.count >= 18)
    }
}
