import Examples
import Foundation
import GradAttrib
import HeadActivation
import Transformers

/// The scores of all heads of a model on some examples, as a measurement.
func measureHeads(
    of decoder: Decoder, on examples: [EncodedExample], task: String, checkpoint: String,
    reduction: Reduction = .exampleMean, batchSize: Int = 4, _ options: RunOptions,
    from provenance: Provenance
) async throws -> HeadMeasurement {
    let sequences = examples.map(\.sequence)
    let report = ProgressReport(task, total: examples.count, options)
    let scores = try await headScores(
        of: decoder, on: sequences, reduction: reduction, batchSize: batchSize,
        packTokens: options.packTokens, workers: options.workers
    ) { report.advance(examples: $0, tokens: $1) }
    report.finish(supervisedTokens: sequences.reduce(0) { $0 + $1.targetCount })
    return HeadMeasurement(
        task: task, checkpoint: checkpoint, of: decoder, examples, scores: scores, from: provenance)
}

extension HeadMeasurement {
    /// The scores of all heads of a model on some examples, with where they come from.
    init(
        task: String, checkpoint: String, of decoder: Decoder, _ examples: [EncodedExample],
        scores: HeadScores,
        from provenance: Provenance
    ) {
        self.init(
            task: task, checkpoint: checkpoint, layers: decoder.layers, heads: decoder.heads,
            signed: scores.signed, loss: scores.loss, ids: examples.map(\.id),
            tokens: examples.map { Int32($0.sequence.ids.count) },
            supervisedTokens: examples.map { Int32($0.sequence.targetCount) }, provenance: provenance)
    }
}
