import Examples
import Foundation
import HeadActivation
import Kernels
import Tensor
import Training
import Transformers

extension RunRecord {
    /// The record of a run, with the values that are used for all flags.
    init(
        _ flags: Train, _ open: OpenModel, _ data: OpenData, _ trainer: Trainer, steps: Int,
        _ provenance: Provenance, dataSHA256: String
    ) {
        let sequences = data.examples.map(\.sequence)
        var (model, sizes) = (trainer.model, [String: Int]())
        model.visitWeights { name, weight in sizes[name] = weight.shape.count }
        let lora = trainer.model.hasAdapters
        self.init(
            model: open.name, modelSHA256: provenance.modelSHA256, adapter: flags.adapter,
            adapterSHA256: provenance.adapterSHA256, data: flags.data ?? "", dataSHA256: dataSHA256,
            templateSHA256: data.templateSHA256,
            counts: Counts(
                examples: sequences.count, leftOut: data.leftOut,
                tokens: sequences.reduce(0) { $0 + $1.ids.count },
                supervisedTokens: sequences.reduce(0) { $0 + $1.targetCount },
                trainedWeights: trainer.trained.count,
                trainedParameters: trainer.trained.reduce(0) { $0 + sizes[$1, default: 0] },
                parameters: sizes.values.reduce(0, +)),
            settings: Settings(
                learningRate: flags.learningRate ?? 0, schedule: flags.schedule.rawValue,
                warmupSteps: flags.warmupSteps, weightDecay: flags.weightDecay,
                batchSize: trainer.order.batchSize,
                epochs: Double(steps) / Double(trainer.order.stepsPerEpoch), maxSteps: steps,
                order: flags.order.rawValue, clipNorm: flags.clipNorm,
                lora: lora ? lowRank(flags, trainer) : nil, recompute: flags.recompute,
                packTokens: flags.options.packTokens, probeEvery: flags.probeEvery,
                checkpointEvery: flags.checkpointEvery),
            seed: flags.options.seed, threads: flags.options.threadCount,
            precision: flags.options.arithmetic,
            kernels: Arithmetic.current.kernels, toolVersion: SFTProbe.version,
            created: Date().formatted(.iso8601),
            arguments: flags.arguments)
    }

    /// Refuses to resume a run whose model or data has changed.
    func requireSame(as recorded: RunRecord, folder: String) throws {
        let pairs = [
            ("model", modelSHA256, recorded.modelSHA256, model),
            ("data", dataSHA256, recorded.dataSHA256, data),
            ("adapter", adapterSHA256 ?? "none", recorded.adapterSHA256 ?? "none", adapter ?? "none"),
            ("chat template", templateSHA256 ?? "none", recorded.templateSHA256 ?? "none", model),
        ]
        for (what, found, expected, path) in pairs where found != expected {
            throw UnusableData(
                description:
                    "\(folder)/run.json: the \(what) \(path) has SHA-256 \(found), but the run began with "
                    + "\(expected); put back what it was, or begin another run.")
        }
    }
}

private func lowRank(_ flags: Train, _ trainer: Trainer) -> RunRecord.Settings.LoRA {
    var (model, modules, pair) = (trainer.model, [String](), (rank: 0, scale: Float(0), dropout: Float(0)))
    model.visitProjections { path, projection in
        guard let adapter = projection.adapter else { return }
        let module = path.split(separator: ".").last.map(String.init) ?? path
        if !modules.contains(module) { modules.append(module) }
        pair = (adapter.rank, adapter.scale, adapter.dropout)
    }
    let root = flags.loraStabilized ? Double(pair.rank).squareRoot() : Double(pair.rank)
    return .init(
        rank: pair.rank, alpha: flags.loraAlpha ?? Double(pair.scale) * root, targets: modules,
        dropout: Double(pair.dropout))
}
