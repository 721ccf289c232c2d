import Kernels
public import Tensor

extension Decoder {
    /// The final normed residual stream at some rows of a batch, from a pass that resumes at a layer with
    /// activations of an earlier pass: [row, dModel].
    ///
    /// Passes that differ only from some layer on share the layers before it. After the last layer's
    /// attention only these rows are computed, unless the tap needs the others.
    ///
    /// - Parameters:
    ///   - layer: The layer to resume at.
    ///   - stream: The residual stream that enters it, as a tap on `.residual` sees it: [position, dModel].
    ///   - headOutputs: Its head outputs, as a tap on `.headOutput` sees them: [position, head, dHead]; nil
    ///     to compute the whole layer. If given, the tap does not see `.residual` and attention's earlier
    ///     sites in this layer.
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
