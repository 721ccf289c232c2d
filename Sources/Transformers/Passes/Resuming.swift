import Kernels
public import Tensor

extension Decoder {
    /// The normed stream at some rows of a batch, by a pass that goes on at a layer with what an earlier one computed
    /// below it: [row, dModel].
    ///
    /// Passes that differ from some layer on alone share what lies before. The last layer computes nothing for other
    /// rows past its attention, unless the tap looks there.
    ///
    /// - Parameters:
    ///   - layer: The first layer that is computed.
    ///   - stream: What enters it, as a tap on `.residual` sees it: [position, dModel].
    ///   - headOutputs: What its heads have read, as a tap on `.headOutput` sees it: [position, head, dHead]; nil to
    ///     compute the layer as a whole. With it, the tap sees neither `.residual` nor anything of attention before its output there.
    public func hidden(
        _ batch: Batch, rows: [Int], resuming layer: Int, stream x: Tensor, headOutputs z: Tensor? = nil,
        tap: Tap = .none
    ) -> Tensor {
        precondition(blocks.indices.contains(layer), "layer \(layer) of \(blocks.count)")
        precondition(
            x.shape == [batch.packing.rows, dModel], "a stream \(x.shape) for \(batch.packing.rows) positions"
        )
        let pass = Pass(
            queries: batch.packing, rotary: rotary.map { $0.table(batch.positions, batch.packing) }, tap: tap,
            dropout: batch.rowSeeds)
        let wanted = tap.looksPastAttention ? nil : rows
        var (x, rest) = (x, layer..<blocks.count)
        if let z {
            let isLast = layer == blocks.count - 1
            x = blocks[layer].afterHeads(x, z, layer: layer, pass, rows: isLast ? wanted : nil)
            rest = layer + 1..<blocks.count
        }
        var cache: KeyValueCache?
        x = stream(x, through: rest, pass, rows: wanted, cache: &cache)
        return norm(wanted == nil ? x.rows(rows) : x)
    }
}
