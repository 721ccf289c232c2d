import Examples
import GradAttrib
import HeadActivation
import Statistics
import Transformers

/// The scores of all heads on pairs of answers: ∂(log π(r) − log π(c))/∂ξ for each pair, c the chosen answer and r the
/// rejected one, with the sums of log p over their tokens. Negative: the head helps to prefer the chosen answer.
///
/// - Returns: a measurement of one row for each pair, whose loss is log π(r) − log π(c), in nats.
func measurePairs(
    of decoder: Decoder, on pairs: [EncodedPreference], task: String, checkpoint: String,
    _ computing: Computing, _ observer: RunObserver, from provenance: Provenance
) async throws -> HeadMeasurement {
    let sequences = pairs.flatMap { [$0.chosen.sequence, $0.rejected.sequence] }
    let progress = observer.work(task, sequences.count)
    let scores = try await gateScores(
        of: decoder, on: sequences, extra: ExtraGates(), reduction: .exampleSum,
        packTokens: computing.packTokens, workers: computing.workers
    ) { progress.advance($0, $1) }.heads
    progress.finish(sequences.reduce(0) { $0 + $1.targetCount })
    func difference(_ pair: Int) -> [Float] {
        zip(scores.signed[example: 2 * pair], scores.signed[example: 2 * pair + 1]).map { $0 - $1 }
    }
    var provenance = provenance
    provenance.reduction = "pair-difference"
    return HeadMeasurement(
        task: task, checkpoint: checkpoint, layers: decoder.layers, heads: decoder.heads,
        signed: pairs.indices.flatMap(difference),
        loss: pairs.indices.map { scores.loss[2 * $0] - scores.loss[2 * $0 + 1] }, ids: pairs.map(\.id),
        tokens: pairs.map { Int32($0.chosen.sequence.ids.count + $0.rejected.sequence.ids.count) },
        supervisedTokens: pairs.map {
            Int32($0.chosen.sequence.targetCount + $0.rejected.sequence.targetCount)
        }, provenance: provenance)
}
