import Foundation
import Kernels
import Tensor

extension Decoder {
    /// KL(p_start ‖ p_now), the Kullback–Leibler divergence of what this model predicts from what another one predicts, at each
    /// supervised token, in nats: [sequence][target].
    ///
    /// - Parameters:
    ///   - start: a model of the same vocabulary, such as this one before training.
    ///   - sequences: tokens, and which of them are supervised.
    ///   - packTokens: tokens per pack; memory grows with it.
    ///   - workers: packs computed at a time.
    ///   - progress: is told the number of sequences and tokens of each finished pack.
    nonisolated(nonsending) public func divergences(
        from start: Decoder, of sequences: [TokenSequence], packTokens: Int, workers: Int,
        progress: (_ sequences: Int, _ tokens: Int) -> Void = { _, _ in }
    ) async -> [[Float]] {
        precondition(start.vocabulary == vocabulary, "vocabularies of \(start.vocabulary) and \(vocabulary)")
        var found = [[Float]](repeating: [], count: sequences.count)
        await Packs(lengths: sequences.map(\.ids.count), tokens: packTokens).forEach(workers: workers) {
            members in
            let batch = Batch(members.map { sequences[$0] })
            let before = start.hidden(batch, rows: batch.predicting)
            let now = hidden(batch, rows: batch.predicting)
            // Logits of few rows at a time: a row has the whole vocabulary.
            let all = stride(from: 0, to: batch.predicting.count, by: 32).flatMap { first in
                let rows = Array(first..<min(first + 32, batch.predicting.count))
                return rowDivergences(
                    start.logits(of: before.rows(rows)).logSoftmax().elements,
                    logits(of: now.rows(rows)).logSoftmax().elements, vocabulary)
            }
            return batch.targetPacking.sequences.map { Array(all[$0]) }
        } deliver: { members, results in
            for (member, result) in zip(members, results) { found[member] = result }
            progress(members.count, members.reduce(0) { $0 + sequences[$1].ids.count })
        }
        return found
    }
}

/// Σ p·(log p − log q) of each row of log-probabilities.
private func rowDivergences(_ p: [Float], _ q: [Float], _ width: Int) -> [Float] {
    stride(from: 0, to: p.count, by: width).map { row in
        var sum = 0.0
        for place in row..<row + width {
            sum += Double(exp(p[place])) * (Double(p[place]) - Double(q[place]))
        }
        return Float(sum)
    }
}
