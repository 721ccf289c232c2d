import Kernels
import Tensor

extension Decoder {
    /// −log p of the supervised tokens of many sequences, in nats: [sequence][target].
    ///
    /// - Parameters:
    ///   - sequences: Tokens, and which of them are supervised.
    ///   - packTokens: Tokens per pack; memory grows with it.
    ///   - workers: Packs computed at a time.
    ///   - progress: Sees the number of sequences and tokens of each finished pack.
    nonisolated(nonsending) public func tokenLosses(
        of sequences: [TokenSequence], packTokens: Int, workers: Int,
        progress: (_ sequences: Int, _ tokens: Int) -> Void = { _, _ in }
    ) async -> [[Float]] {
        var losses = [[Float]](repeating: [], count: sequences.count)
        let packs = Packs(lengths: sequences.map(\.ids.count), tokens: packTokens)
        await packs.forEach(workers: workers) { members in
            let batch = Batch(members.map { sequences[$0] })
            let all = tokenLosses(batch).elements
            return batch.targetPacking.sequences.map { Array(all[$0]) }
        } deliver: { members, results in
            for (member, result) in zip(members, results) { losses[member] = result }
            progress(members.count, members.reduce(0) { $0 + sequences[$1].ids.count })
        }
        return losses
    }
}
