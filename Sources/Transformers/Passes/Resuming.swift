import Kernels
public import Tensor

extension Decoder {
    /// The residual stream that enters a layer, as a pass that resumes there takes it: [position, dModel].
    public func stream(_ batch: Batch, entering layer: Int) -> Tensor {
        precondition(blocks.indices.contains(layer), "layer \(layer) of \(blocks.count)")
        var cache: KeyValueCache?
        return stream(PassInput(batch), layers: layer, rows: nil, tap: .none, cache: &cache)
    }

    /// The final normed residual stream at some rows of a batch, from a pass that starts at a layer with given
    /// states, such as activations of an earlier pass: [row, dModel]. Gradients flow to tracked states.
    ///
    /// Passes that differ only from some layer on share the layers before it. After the last layer's
    /// attention only these rows are computed, unless the tap needs the others.
    ///
    /// - Parameters:
    ///   - batch: The sequences, packed.
    ///   - rows: Positions of the batch whose states are returned.
    ///   - layer: The layer to resume at.
    ///   - x: The residual stream that enters the layer, as a tap on `.residual` sees it: [position, dModel]. The
    ///     tokens and vectors of the batch are not looked at; its positions and masks are.
    ///   - z: The layer's head outputs, as a tap on `.headOutput` sees them: [position, head, dHead]; nil to compute
    ///     the whole layer. If given, the tap does not see `.residual` and attention's earlier sites in this layer.
    ///   - tap: Sees the sites from this layer on.
    public func hidden(
        _ batch: Batch, rows: [Int], resuming layer: Int, stream x: Tensor, headOutputs z: Tensor? = nil,
        tap: Tap = .none
    ) -> Tensor {
        precondition(blocks.indices.contains(layer), "layer \(layer) of \(blocks.count)")
        precondition(
            x.shape == [batch.packing.rows, dModel], "a stream \(x.shape) for \(batch.packing.rows) positions"
        )
        let pass = pass(PassInput(batch), tap: tap)
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
