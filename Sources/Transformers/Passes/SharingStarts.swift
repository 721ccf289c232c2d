import Kernels
public import Tensor

extension Decoder {
    /// −log p of each supervised token of a batch, in nats: [target]. What its sequences begin with in common is
    /// computed once, so two answers to one prompt take the rows of the prompt and of both answers.
    ///
    /// Numbers and gradients are those of ``tokenLosses(_:tap:)`` but for rounding. Nothing is shared where sequences have
    /// masks or vectors, where adapters drop rows, or where rotary embedding depends on the sequence length.
    public func tokenLosses(sharingStartsOf batch: Batch) -> Tensor {
        guard canShareStarts(of: batch) else { return tokenLosses(batch) }
        // A sequence's last token predicts nothing.
        let sequences = batch.packing.sequences.map { Array(batch.ids[$0].dropLast()) }
        let laid = SharedStarts(
            sequences, alone: sequences.map { _ in false }, after: KeyValueCache(layers: layers))
        let rows = sequences.indices.flatMap { sequence in
            batch.predicting[batch.targetPacking.sequences[sequence]].map { row in
                laid.paths[sequence][row - batch.packing.starts[sequence]]
            }
        }
        return losses(of: hidden(laid, rows: rows), batch.targets)
    }

    private func canShareStarts(of batch: Batch) -> Bool {
        let longest = batch.packing.sequences.map(\.count).max() ?? 0
        return batch.masks.isEmpty && batch.vectors == nil && (batch.rowSeeds == nil || !dropsRows)
            && rotary.allSatisfy { $0.isSame(upTo: longest) }
    }

    /// Whether an adapter has dropout.
    private var dropsRows: Bool {
        var (copy, found) = (self, false)
        copy.visitProjections { _, projection in found = found || (projection.adapter?.dropout ?? 0) > 0 }
        return found
    }
}
