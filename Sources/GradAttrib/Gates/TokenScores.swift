import Kernels
import Statistics
import Tensor
public import Transformers

/// Gate scores by position: Σ z·∂F/∂z over the head's width, for each position separately.
///
/// The sum over an example's positions is its score by ``AttributionMethod/gate``.
///
/// - Parameters:
///   - model: The model whose heads are scored.
///   - sequences: The examples as tokens, each with a supervised one.
///   - reduction: How token losses become F.
///   - batchSize: Examples per batch, for `batchTokenMean`.
///   - packTokens: Tokens per pack; memory grows with it.
///   - workers: Packs computed at a time.
///   - kept: Where scores are kept as they come; nil keeps none.
/// - Returns: for each example [position, layer, head].
nonisolated(nonsending) public func tokenScores(
    of model: Decoder, on sequences: [TokenSequence], reduction: Reduction = .exampleMean, batchSize: Int = 4,
    packTokens: Int, workers: Int, keeping kept: KeptScores? = nil
) async throws(AttributionError) -> [[Float]] {
    let weights = reduction.weights(targets: sequences.map(\.targetCount), batchSize: batchSize)
    var scores = [[Float]](repeating: [], count: sequences.count)
    let packs = Packs(lengths: sequences.map(\.ids.count), tokens: packTokens)
    var digest = WorkDigest()
    digest.add("gates of heads by token")
    for sequence in sequences { digest.add(sequence) }
    digest.add(weights: weights)
    try await packs.forEach(workers: workers, keeping: kept, of: digest.value) {
        (members) throws(AttributionError) in
        let batch = Batch(members.map { sequences[$0] })
        let each = Packing(lengths: [Int](repeating: 1, count: batch.packing.rows))
        let gates = HeadGates(of: model, each)
        let losses = model.tokenLosses(batch, tap: gates.tap())
        let spread = batch.spread(members.map { weights[$0] })
        let found = HeadArray(
            HeadGates.scores(losses.sum(weightedBy: spread).gradients(of: gates.layers)), model.grid)
        for (rows, member) in zip(batch.packing.sequences, members)
        where !rows.allSatisfy({ found[example: $0].allSatisfy(\.isFinite) }) {
            throw .notFinite(example: member)
        }
        return batch.packing.sequences.map { rows in rows.flatMap { found[example: $0] } }
    } deliver: { (members, parts) throws(AttributionError) in
        for (member, part) in zip(members, parts) { scores[member] = part }
    }
    return scores
}
