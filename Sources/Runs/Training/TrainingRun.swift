import ArgumentParser
import Examples
import Files
import Foundation
import HeadActivation
import Kernels
import ModelFiles
import ModelHub
import Training
import Transformers

/// A run of `train`: its settings and its state.
struct TrainingRun {
    let flags: Train
    let folder: String
    let open: OpenModel
    let examples: [EncodedExample]
    let record: RunRecord
    let steps: Int
    let schedule: Schedule
    var trainer: Trainer
    /// The examples whose heads are measured before and after training.
    let probed: [EncodedExample]
    private(set) var provenance: Provenance
    /// The held-out examples.
    let evaluated: HeldOut
    var telemetry: Telemetry

    var patterns: PatternFile { PatternFile("\(folder)/patterns.h5") }
    var options: RunOptions { flags.options }
    /// The task name of the measured examples in patterns.h5.
    var task: String {
        flags.probeTask ?? stem(of: flags.probeData ?? flags.data ?? "")
    }

    /// Decides all settings, opens files, and creates the run's folder; or resumes a recorded run from its
    /// newest checkpoint.
    ///
    /// - Parameter insideExisting: whether the folder exists already, with files of the caller.
    init(_ flags: Train, resuming recorded: RunRecord? = nil, insideExisting: Bool = false) throws {
        var flags = flags.withPackTokens
        guard let model = flags.model, let data = flags.data, let output = flags.output else {
            throw ValidationError("`train` needs --model, --data and --output.")
        }
        folder = output
        try OutputLock.hold(output, as: "sft-probe train")
        let newest = try recorded.map { _ in try newestCheckpoint(of: output) } ?? nil
        if recorded == nil && !insideExisting { try requireRoomForFolder(at: output) }

        open = try OpenModel(name: model, adapter: flags.adapter)
        if flags.options.template.templateDate == nil {
            flags.options.template.templateDate = flags.options.template.date(for: open.tokenizer)
        }
        self.flags = flags
        let options = flags.options
        options.begin()
        let opened = try flags.reading.open(data, open, options)
        examples = opened.examples
        let order = ExampleOrder(
            count: examples.count, batchSize: min(flags.batchSize, examples.count),
            shuffledBy: flags.order == .shuffled ? options.seed : nil)
        steps = flags.maxSteps ?? order.stepsPerEpoch * (flags.epochs ?? 1)
        schedule = Schedule(flags.schedule, warmupSteps: flags.warmupSteps, steps: steps)

        let decoder = try Self.start(flags, open, checkpoint: newest)
        let rate = flags.learningRate ?? (decoder.hasAdapters ? 2e-4 : 2e-5)
        do throws(TrainingError) {
            trainer = try Trainer(
                decoder, on: examples.map(\.sequence), order: order,
                optimizer: AdamW(weightDecay: Float(flags.weightDecay)), clipNorm: Float(flags.clipNorm),
                seed: options.seed, packTokens: options.packTokens, workers: options.workers
            ) { [schedule] _, step in rate * schedule.factor(step: step) }
        } catch {
            throw StoppedTraining(error, examples, data: data)
        }
        if let newest { try trainer.restoreState(from: "\(newest)/optimizer.safetensors") }

        let probeFile = flags.probeData ?? data
        let probe =
            try flags.probeData.map { [open, flags] in
                try flags.reading.withoutLimit.open($0, open, options)
            } ?? opened
        probed = Array(probe.examples.prefix(flags.probeLimit))
        evaluated = try HeldOut(flags, open)
        provenance = Provenance(
            model: model, modelSHA256: try open.digest(), adapter: flags.adapter,
            adapterSHA256: try open.adapterDigest(), data: probeFile,
            dataSHA256: try sha256(ofData: probeFile), templateSHA256: probe.templateSHA256, method: "gate",
            reduction: "example-mean", precision: options.arithmetic, seed: options.seed,
            toolVersion: SFTProbe.version,
            created: Date().formatted(.iso8601))
        provenance.templateDate = probe.templateDate
        telemetry = Telemetry(layers: decoder.layers, heads: decoder.heads)

        var resolved = flags
        resolved.learningRate = rate
        record = RunRecord(
            resolved, open, opened, trainer, steps: steps, provenance,
            dataSHA256: flags.probeData == nil ? provenance.dataSHA256 : try sha256(ofData: data))
        if let recorded { try record.requireSame(as: recorded, folder: output) }
        try begin(newest, isNew: recorded == nil, insideExisting: insideExisting)
    }

    /// The model that training starts with: new adapters, given ones, or all weights; or the state of a
    /// checkpoint.
    private static func start(_ flags: Train, _ open: OpenModel, checkpoint: String?) throws -> Decoder {
        var decoder = open.decoder
        if let checkpoint, flags.loraRank == nil && flags.adapter == nil {
            decoder = try Decoder(ModelSource(path: checkpoint))
        } else if let checkpoint {
            decoder = try Decoder(open.source).adapted(by: AdapterFolder(path: checkpoint)).decoder
        } else if let rank = flags.loraRank {
            try decoder.attachLowRank(
                rank: rank, alpha: Float(flags.loraAlpha ?? 2 * Double(rank)),
                targets: flags.loraTargets?.split(separator: ",").map(String.init) ?? ["all-linear"],
                dropout: Float(flags.loraDropout), isRankStabilized: flags.loraStabilized,
                seed: flags.options.seed)
        } else if let adapter = flags.adapter, let note = open.adapterNotes.first {
            // Only LoRA pairs are written, so the other parts of the adapter would be lost.
            throw UnusableData(
                description:
                    "\(adapter) is more than pairs (\(note)); `sft-probe merge` it into the model and train "
                    + "new pairs.")
        } else if flags.adapter == nil, case .gguf = open.source.vocabulary {
            throw UnusableData(
                description:
                    "\(open.name) is a GGUF file: all its weights cannot be trained, because the outcome is "
                    + "a folder with a tokenizer.json, which it lacks; give --lora-rank, or the model as a folder."
            )
        }
        decoder.recomputesLayers = flags.recompute
        return decoder
    }

    /// Creates the folder of a new run atomically; for a resumed run, drops everything after the checkpoint.
    private mutating func begin(_ checkpoint: String?, isNew: Bool, insideExisting: Bool) throws {
        if isNew && insideExisting {
            try writeRecord(to: folder)
        } else if isNew {
            try writeFolderAtomically(to: folder) { (folder) throws(ModelFileError) in
                try writeRecord(to: folder)
            }
        } else {
            removeUnfinished()
        }
        if let kept = try trainedTelemetry() { telemetry = kept.through(trainer.step) }
        let what = trainer.model.hasAdapters ? "LoRA" : "all weights"
        options.remark(
            "\(what): \(record.counts.trainedParameters) of \(record.counts.parameters) parameters are trained, "
                + "\(steps) steps of \(trainer.order.batchSize) examples, learning rate \(record.settings.learningRate) "
                + "(\(schedule.shape.rawValue)), \(flags.order.rawValue) order"
                + (checkpoint.map { "; going on after step \(trainer.step) (\($0))" } ?? ""))
        options.remark(memory: predictedMemory)
    }

    /// Writes the files that mark a folder as a run.
    private func writeRecord(to folder: String) throws(ModelFileError) {
        do {
            try FileManager.default.createDirectory(
                atPath: "\(folder)/checkpoints", withIntermediateDirectories: true)
            try record.write(to: "\(folder)/run.json")
        } catch {
            throw ModelFileError(error, at: folder)
        }
    }

    /// Removes incomplete folders of a killed process.
    private func removeUnfinished() {
        for place in [folder, "\(folder)/checkpoints"] {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []
            for name in names where name.hasSuffix(".part") {
                try? FileManager.default.removeItem(atPath: "\(place)/\(name)")
            }
        }
    }

    /// The predicted peak memory with a number of workers, in bytes.
    func predictedMemory(workers: Int) -> Int {
        let lengths = examples.map(\.sequence.ids.count).sorted()
        let longestStep = lengths.suffix(trainer.order.batchSize).reduce(0, +)
        let shared = min(options.packTokens, (longestStep + workers - 1) / workers)
        return trainer.model.trainingMemory(
            trained: record.counts.trainedParameters, replaces: !trainer.model.hasAdapters,
            largestPack: max(shared, lengths.last ?? 0), workers: workers,
            fileBytes: open.fileBytes)
    }

    private func trainedTelemetry() throws -> Telemetry? {
        guard trainer.step > 0, FileManager.default.fileExists(atPath: patterns.path) else { return nil }
        return try patterns.readTelemetry(task: telemetryTask)
    }

    /// The task name of the training examples in patterns.h5.
    var telemetryTask: String { flags.probeData == nil ? task : stem(of: flags.data ?? "") }
}

/// The name of a file without folder and extension.
private func stem(of path: String) -> String { URL(filePath: path).deletingPathExtension().lastPathComponent }

/// The newest complete checkpoint of a run; nil if there is none yet.
private func newestCheckpoint(of run: String) throws -> String? {
    let folder = "\(run)/checkpoints"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter {
        step(of: $0) != nil && FileManager.default.fileExists(atPath: "\(folder)/\($0)/optimizer.safetensors")
    }
    .max { (step(of: $0) ?? 0) < (step(of: $1) ?? 0) }
    .map { "\(folder)/\($0)" }
}
