import Kernels
import Statistics
import Tensor
import Transformers

/// Exact ablation: F minus F with a head replaced, for each of some heads.
///
/// The input and the head outputs of each layer are computed once; a head's pass resumes after the heads of
/// its layer. Several heads of a layer share a pass, in which copies of the probes are packed end to end.
///
/// - Parameters:
///   - heads: layer · heads + head, ascending; others score 0.
///   - rows: The most positions of a pass, unless one copy has more.
func ablation(
    _ model: Decoder, _ targets: Targets, _ replaced: [Tensor], heads chosen: [Int], rows: Int
) -> PackScores {
    let packing = targets.target().batch.packing
    let trace = Trace(of: model, on: targets.target())
    let (probes, positions) = (packing.count, packing.rows)
    let together = max(1, min(model.heads, rows / positions))
    var signed = HeadArray<Float>(repeating: 0, examples: probes, model.grid)
    for layer in 0..<model.layers {
        let own = chosen.map(model.grid.place).filter { $0.layer == layer }.map(\.head)
        for start in stride(from: 0, to: own.count, by: together) {
            let heads = Array(own[start..<min(start + together, own.count)])
            let target = targets.target(copies: heads.count)
            let z = copies(trace.outputs[layer], replaced[layer], of: heads)
            let stream = Tensor(
                heads.flatMap { _ in trace.streams[layer].elements },
                shape: [heads.count * positions, model.dModel])
            let x = model.hidden(
                target.batch, rows: target.rows, resuming: layer, stream: stream, headOutputs: z)
            for (place, value) in target.value(of: x, model).each.enumerated() {
                let (head, probe) = (heads[place / probes], place % probes)
                signed[probe, layer, head] = trace.values[probe] - value
            }
        }
    }
    return PackScores(signed: signed, values: trace.values)
}

/// Copies of a layer's head outputs, one per ablated head, each with that head's output replaced.
private func copies(_ z: Tensor, _ replaced: Tensor, of heads: [Int]) -> Tensor {
    let (positions, count, dHead) = z.shape.heads
    var all = heads.flatMap { _ in z.elements }
    for (copy, head) in heads.enumerated() {
        for position in 0..<positions {
            let own = (position * count + head) * dHead
            let place = copy * z.elements.count + own
            all.replaceSubrange(place..<place + dHead, with: replaced.elements[own..<own + dHead])
        }
    }
    return Tensor(all, shape: [heads.count * positions, count, dHead])
}
