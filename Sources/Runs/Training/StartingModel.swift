import ModelFiles
import Transformers

/// The model that a training starts with: with new adapters, with given ones, or all its weights (new
/// tokens' rows are trained in each case); or the state of a
/// checkpoint.
func startingModel(of plan: TrainingPlan, _ open: OpenModel, checkpoint: String?) throws -> Decoder {
    var decoder = open.decoder
    if let checkpoint, plan.trainsAllWeights {
        decoder = try Decoder(ModelSource(path: checkpoint))
    } else if let checkpoint {
        decoder = try Decoder(open.source).adapted(by: AdapterFolder(path: checkpoint)).decoder
    } else if let lora = plan.lora {
        try decoder.attachLowRank(
            rank: lora.rank, alpha: Float(lora.alpha), targets: lora.targets, dropout: Float(lora.dropout),
            isRankStabilized: lora.isRankStabilized, seed: plan.computing.seed)
        if let first = plan.languages?.firstBlock(of: decoder.layers) { decoder.removeLowRank(below: first) }
    } else if let adapter = plan.adapter, let note = open.adapterNotes.first {
        // Only LoRA pairs are written, so the other parts of the adapter would be lost.
        throw UnusableData(
            description:
                "\(adapter) is more than pairs (\(note)); merge it into the model and train "
                + "new pairs.")
    } else if plan.trainsAllWeights, case .gguf = open.source.vocabulary {
        throw UnusableData(
            description:
                "\(open.name) is a GGUF file: all its weights cannot be trained, because the outcome is "
                + "a folder with a tokenizer.json, which it lacks; train a LoRA adapter, or give the model as a folder."
        )
    }
    if plan.newTokens != nil && !plan.trainsAllWeights { decoder.trainEmbeddings() }
    decoder.recomputesLayers = plan.recompute
    return decoder
}
