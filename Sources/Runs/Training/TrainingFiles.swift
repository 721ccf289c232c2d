import Foundation
import HeadActivation
import ModelFiles
import Records
public import Statistics
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
    func end(_ lines: [MetricsLine], _ evaluations: [HeldOutLine]) throws -> TrainingOutcome {
        try writeTelemetry()
        let target = "\(folder)/final"
        try writeFolderAtomically(to: target) { (folder) throws(ModelFileError) in
            try writeModel(to: folder)
            try writeCurves(lines, to: folder)
        }
        return TrainingOutcome(
            folder: self.folder, task: probed.isEmpty ? nil : task, hasAdapter: trainer.model.hasAdapters,
            heldOut: heldOutChange(evaluations), seed: plan.computing.seed)
    }

    private func writeTelemetry() throws(PatternError) {
        if plan.probe.every > 0 { try patterns.write(telemetry, task: telemetryTask) }
    }

    private func writeModel(to folder: String) throws(ModelFileError) {
        let tokenizer: (paths: [String], changed: [String: [UInt8]])
        do { tokenizer = try open.tokenizerFilesWithNewTokens() } catch {
            throw ModelFileError(error, at: folder)
        }
        if trainer.model.hasAdapters {
            try trainer.model.writeAdapter(
                to: folder, base: open.name, isRankStabilized: plan.lora?.isRankStabilized ?? false)
            // With the new tokens' tokenizer beside it, PEFT's AutoPeftModel knows how many rows the model is to have.
            return try copyFiles(
                open.newTokens.isEmpty ? [] : tokenizer.paths, changed: tokenizer.changed, to: folder)
        }
        var outgoing: OutgoingModel
        do {
            outgoing = try trainer.model.outgoing(
                from: open.source, as: .f32,
                companions: tokenizer.paths + generationFiles(in: open.source.path))
        } catch {
            throw ModelFileError(error, at: folder)
        }
        outgoing.changed = tokenizer.changed
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
                batchSize: trainer.order.batchSize, checkpointEvery: plan.checkpointEvery
            ).write(to: path)
        } catch {
            throw ModelFileError(error, at: path)
        }
    }
}

/// What a training came to.
public struct TrainingOutcome: Sendable {
    /// The run's folder; `final` in it is the adapter or the model.
    public let folder: String
    /// The task that was measured before and after training in patterns.h5; nil where none was.
    public let task: String?
    /// Whether an adapter was trained, and not the model's own weights.
    public let hasAdapter: Bool
    /// How the held-out losses changed; nil where nothing is held out.
    public let heldOut: PairedChange?
    /// The run's seed.
    public let seed: Int
}
