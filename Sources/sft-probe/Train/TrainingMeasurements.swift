import Examples
import Foundation
import HeadActivation
import Records
import Training
import Transformers

extension TrainingRun {
    /// Measures head scores of the current model.
    func measure(checkpoint: String) async throws {
        guard !probed.isEmpty else { return }
        var provenance = provenance
        if checkpoint != "base" {
            provenance.adapter =
                "\(folder)/\(checkpoint == "final" ? checkpoint : "checkpoints/\(checkpoint)")"
            provenance.adapterSHA256 = nil  // the trained adapter is not on disk yet
        }
        let measurement = try await measureHeads(
            of: trainer.model, on: probed, task: task, checkpoint: checkpoint, options, from: provenance)
        try patterns.write(measurement, replacing: true)
    }

    /// Evaluates the current model on the held-out examples and prints it; nil without any.
    func evaluation(step: Int) async -> EvaluationLine? {
        let line = await evaluated.evaluated(trainer.model, open, step: step, flags)
        if let line { options.remark(line.text) }
        return line
    }
}
