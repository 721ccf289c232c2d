import Kernels
import ModelFiles
import Tensor
import TestSupport
import Testing
import Training
import Transformers

/// Ten steps on tiny models against PyTorch's AdamW, float32, eager attention.
@Suite struct TrajectoryTests {
    @Test(arguments: Trajectories.names)
    func lossesAndGradientsFollow(_ name: String) async throws {
        let reference = try Trajectories()
        let run = try reference.run(name)
        var trainer = try reference.trainer(run)
        for step in 0..<reference.steps {
            let report = try await trainer.takeStep()
            #expect(close(report.loss, run.losses[step], 1e-4), "step \(step + 1): loss")
            #expect(close(report.gradientNorm, run.gradient_norms[step], 1e-4), "step \(step + 1): norm")
        }
        let losses = trainer.model.tokenLosses(Batch(reference.sequences)).elements
        #expect(close(losses.reduce(0, +) / Float(losses.count), run.final_loss, 1e-4))
    }

    /// Decay reaches matrices only, so a vector's end is not a matter of the losses alone. What AdamW makes of a gradient
    /// that is nothing but rounding is not compared.
    @Test(arguments: Trajectories.names)
    func weightsEndAtTheSamePlace(_ name: String) async throws {
        let reference = try Trajectories()
        let run = try reference.run(name)
        var trainer = try reference.trainer(run)
        let before = weights(of: trainer.model)
        for _ in 0..<reference.steps { _ = try await trainer.takeStep() }
        let after = weights(of: trainer.model)
        let trained = Set(run.weights.keys.map(moduleName))
        #expect(trained.isSubset(of: after.keys) && (run.adapter != nil || trained.count == after.count))
        for key in after.keys where !trained.contains(key) {
            #expect(before[key] == after[key], "\(key) is frozen")
        }
        for (name, expected) in run.weights where expected.rounding < 1e-3 {
            let key = moduleName(name)
            let (start, end) = (try #require(before[key]), try #require(after[key]))
            let change = length(zip(start, end).map { Double($1) - Double($0) })
            #expect(
                abs(change - expected.change) <= max(1e-4, 10 * expected.rounding) * expected.change,
                "\(name): change \(change) of \(expected.change)")
            #expect(close(Float(length(end.map(Double.init))), expected.norm, 1e-5), "\(name): norm")
            for (found, first) in zip(end, expected.first) {
                #expect(abs(found - first) <= 1e-5, "\(name): first values")
            }
        }
    }

    private func weights(of model: Decoder) -> [String: [Float]] {
        var (copy, found) = (model, [String: [Float]]())
        copy.visitWeights { name, weight in
            if case .tensor(let tensor) = weight { found[moduleName(name)] = tensor.elements }
        }
        return found
    }

    /// What files, transformers and peft call alike: GPT-2's files leave a prefix out that its modules have, GPT-NeoX's
    /// keep an older name, and peft adds a prefix.
    private func moduleName(_ name: String) -> String {
        let prefixes = ["base_model.model.", "transformer."]
        return prefixes.reduce(name.replacing("embed_out", with: "lm_head")) {
            $0.hasPrefix($1) ? String($0.dropFirst($1.count)) : $0
        }
    }

    private func length(_ values: [Double]) -> Double {
        values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }

    private func close(_ a: Float, _ b: Double, _ tolerance: Double) -> Bool {
        abs(Double(a) - b) <= tolerance * abs(b)
    }
}
