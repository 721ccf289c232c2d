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

    private func close(_ a: Float, _ b: Double, _ tolerance: Double) -> Bool {
        abs(Double(a) - b) <= tolerance * abs(b)
    }
}
