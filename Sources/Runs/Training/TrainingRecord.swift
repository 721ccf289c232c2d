import Examples
import HeadActivation
import Kernels
import Tensor
import Tokenization
import Training
import Transformers

extension RunRecord {
    /// The record of a run, with the values that are used.
    init(
        _ plan: TrainingPlan, of provenance: Provenance, _ data: TrainedData, _ trainer: Trainer, steps: Int,
        newTokens: [NewToken]
    ) throws {
        let sequences = data.sequences
        var (model, sizes) = (trainer.model, [String: Int]())
        model.visitWeights { name, weight in sizes[name] = weight.shape.count }
        self.init(
            of: provenance,
            counts: Counts(
                examples: data.items.count, leftOut: data.leftOut,
                tokens: sequences.reduce(0) { $0 + $1.ids.count },
                supervisedTokens: sequences.reduce(0) { $0 + $1.targetCount },
                trainedWeights: trainer.trained.count,
                trainedParameters: trainer.trained.reduce(0) { $0 + sizes[$1, default: 0] },
                parameters: sizes.values.reduce(0, +)),
            settings: Settings(
                learningRate: plan.learningRate, schedule: plan.schedule.rawValue,
                warmupSteps: plan.warmupSteps, weightDecay: plan.weightDecay,
                batchSize: trainer.order.batchSize,
                epochs: Double(steps) / Double(trainer.order.stepsPerEpoch), maxSteps: steps,
                order: plan.order.rawValue, clipNorm: plan.clipNorm,
                lora: trainer.model.hasAdapters ? lowRank(plan, trainer) : nil, recompute: plan.recompute,
                packTokens: plan.computing.packTokens, probeEvery: plan.probe.every,
                checkpointEvery: plan.checkpointEvery, preference: plan.preference, rates: trainer.rates,
                newTokens: newTokens.isEmpty ? nil : newTokens,
                subspacesSHA256: try plan.languages.map { try sha256(ofFiles: [$0.subspaces]) }),
            threads: plan.computing.threads, kernels: Arithmetic.current.kernels, plan: plan.withAbsolutePaths
        )
    }

    /// Refuses to resume a run whose model or data has changed.
    func requireSame(as recorded: RunRecord, folder: String) throws {
        let pairs = [
            ("model", modelSHA256, recorded.modelSHA256, model),
            ("data", dataSHA256, recorded.dataSHA256, data),
            ("adapter", adapterSHA256 ?? "none", recorded.adapterSHA256 ?? "none", adapter ?? "none"),
            (
                "file of subspaces", settings.subspacesSHA256 ?? "none",
                recorded.settings.subspacesSHA256 ?? "none", plan?.languages?.subspaces ?? "none"
            ),
            ("chat template", templateSHA256 ?? "none", recorded.templateSHA256 ?? "none", model),
        ]
        guard precision == recorded.precision else {
            throw UnusableData(
                description:
                    "\(folder)/run.json: the run began in \(recorded.precision), but products are computed in "
                    + "\(precision) here; go on with it on a processor such as it began on, or begin another run."
            )
        }
        for (what, found, expected, path) in pairs where found != expected {
            throw UnusableData(
                description:
                    "\(folder)/run.json: the \(what) \(path) has SHA-256 \(found), but the run began with "
                    + "\(expected); put back what it was, or begin another run.")
        }
    }
}

private func lowRank(_ plan: TrainingPlan, _ trainer: Trainer) -> RunRecord.Settings.LoRA {
    var (model, modules, pair) = (trainer.model, [String](), (rank: 0, scale: Float(0), dropout: Float(0)))
    model.visitProjections { path, projection in
        guard let adapter = projection.adapter else { return }
        let module = path.split(separator: ".").last.map(String.init) ?? path
        if !modules.contains(module) { modules.append(module) }
        pair = (adapter.rank, adapter.scale, adapter.dropout)
    }
    let root = (plan.lora?.isRankStabilized ?? false) ? Double(pair.rank).squareRoot() : Double(pair.rank)
    return .init(
        rank: pair.rank, alpha: plan.lora?.alpha ?? Double(pair.scale) * root, targets: modules,
        dropout: Double(pair.dropout))
}
