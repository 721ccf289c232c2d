import Examples
import Foundation
import HeadActivation
import Records
import Training
import Transformers

extension TrainingRun {
    /// Measures the heads of the model as it is now.
    func measure(checkpoint: String) async throws {
        guard !probed.isEmpty else { return }
        var provenance = provenance
        if checkpoint != "base" {
            provenance.adapter =
                "\(folder)/\(checkpoint == "final" ? checkpoint : "checkpoints/\(checkpoint)")"
            provenance.adapterSHA256 = nil  // what is measured is not on the disk yet
        }
        let measurement = try await measureHeads(
            of: trainer.model, on: probed, task: task, checkpoint: checkpoint, options, from: provenance)
        try patterns.write(measurement, replacing: true)
    }

    /// How the model does on the held-out examples as it is now; said, and nil where there are none.
    func evaluation(step: Int) async -> EvaluationLine? {
        let line = await evaluated.evaluated(trainer.model, open, step: step, flags)
        if let line { options.remark(line.text) }
        return line
    }
}
