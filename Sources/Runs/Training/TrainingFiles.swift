import Foundation
import HeadActivation
import ModelFiles
import Records
import Statistics
import Training
import Transformers

extension TrainingRun {
    /// The name of a state of the model.
    func label(_ step: Int) -> String {
        "step-" + String(repeating: "0", count: max(0, 6 - "\(step)".count)) + "\(step)"
    }

    /// Writes all that a resumed run needs, and then, last, gives it its name.
    func checkpoint(_ lines: [MetricsLine]) throws {
        try writeTelemetry()
        let target = "\(folder)/checkpoints/\(label(trainer.step))"
        if FileManager.default.fileExists(atPath: target) { return }
        try writeFolderAtomically(to: target) { (folder) throws(ModelFileError) in
            try writeModel(to: folder)
            try writeState(lines, to: folder)
        }
        for name in try FileManager.default.contentsOfDirectory(atPath: "\(folder)/checkpoints")
        where name != label(trainer.step) {
            // Only the newest is gone on from; moments take twice the room of what is trained.
            try? FileManager.default.removeItem(atPath: "\(folder)/checkpoints/\(name)/optimizer.safetensors")
        }
    }

    /// Writes `final`: the adapter or the model, with the curves beside it.
    ///
    /// - Parameter evaluations: of the held-out examples, from before the first step on.
    func end(_ lines: [MetricsLine], _ evaluations: [EvaluationLine]) throws {
        try writeTelemetry()
        let target = "\(folder)/final"
        try writeFolderAtomically(to: target) { (folder) throws(ModelFileError) in
            try writeModel(to: folder)
            try writeCurves(lines, to: folder)
        }
        for sentence in try outcome(evaluations) { options.remark(sentence) }
        let adapter = trainer.model.hasAdapters
        options.remark(
            "\(target): wrote \(adapter ? "the adapter (peft loads it)" : "the model (transformers loads it)"). Next: "
                + "sft-probe patterns compare \(patterns.path) --task \(task), or sft-probe report \(patterns.path) --output report.html"
        )
    }

    /// What training cost each task that was measured before and after, and what it changed, in sentences.
    private func outcome(_ evaluations: [EvaluationLine]) throws -> [String] {
        let heldOut = heldOutChange(evaluations).map {
            costSentence("held-out data", $0, $0.verdict(q: $0.p))
        }
        let states = probed.isEmpty ? [] : try patterns.list(task: task, checkpoint: nil).map(\.checkpoint)
        let change =
            states.contains("base")
            ? try TaskChange(
                task, in: patterns, from: "base", to: "final", allowMismatch: true, resamples: 1000,
                seed: options.seed) : nil
        return [heldOut].compactMap(\.self)
            + TaskChange.decided(change.map { [$0] } ?? []).flatMap(\.summary)
    }

    private func writeTelemetry() throws(PatternError) {
        if flags.probeEvery > 0 { try patterns.write(telemetry, task: telemetryTask) }
    }

    private func writeModel(to folder: String) throws(ModelFileError) {
        if trainer.model.hasAdapters {
            return try trainer.model.writeAdapter(
                to: folder, base: open.name, isRankStabilized: flags.loraStabilized)
        }
        let outgoing: OutgoingModel
        do {
            outgoing = try trainer.model.outgoing(
                from: open.source, as: .f32,
                companions: tokenizerFiles(in: open.source.path) + generationFiles(in: open.source.path))
        } catch {
            throw ModelFileError(error, at: folder)
        }
        try outgoing.write(to: folder)
    }

    private func writeState(_ lines: [MetricsLine], to folder: String) throws(ModelFileError) {
        try trainer.writeState(to: "\(folder)/optimizer.safetensors")
        try writeCurves(lines, to: folder)
    }

    private func writeCurves(_ lines: [MetricsLine], to folder: String) throws(ModelFileError) {
        let path = "\(folder)/trainer_state.json"
        do {
            try TrainerStateJSON(
                lines: lines, maxSteps: steps, stepsPerEpoch: trainer.order.stepsPerEpoch,
                batchSize: trainer.order.batchSize, checkpointEvery: flags.checkpointEvery
            ).write(to: path)
        } catch {
            throw ModelFileError(error, at: path)
        }
    }
}
