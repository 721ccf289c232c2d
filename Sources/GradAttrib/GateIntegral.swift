import Kernels
import Tensor
import Transformers

/// Gate integrated gradients, a layer at a time with all its heads together.
///
///     c_h = Σ (z − z₀)_h · (1/m) Σ_k ∂F/∂z at z₀ + (k − ½)/m · (z − z₀),  k = 1 … m
///
/// What lies below the layer is computed once. Σ_h c_h = F − F(all heads of the layer replaced), up to the error of the
/// midpoint rule: `changes` has the right-hand side.
func gateIntegral(
    _ model: Decoder, _ target: Target, _ replaced: [Tensor], points: Int, layers: [Int]
) -> PackScores {
    let trace = Trace(of: model, on: target)
    let (packing, heads) = (target.batch.packing, model.heads)
    var found = PackScores(
        signed: [Float](repeating: 0, count: packing.count * model.layers * heads), values: trace.values,
        changes: [Float](repeating: 0, count: packing.count * model.layers))
    func value(_ layer: Int, _ z: Tensor) -> (each: [Float], total: Tensor) {
        let x = model.hidden(
            target.batch, rows: target.rows, resuming: layer, stream: trace.streams[layer], headOutputs: z)
        return target.value(of: x, model)
    }
    for layer in layers {
        let (z, from) = (trace.outputs[layer], replaced[layer])
        let way = minus(z.elements, from.elements)
        for point in 0..<points {
            let share = (Float(point) + 0.5) / Float(points)
            let between = Tensor(
                Kernels.sum(from.elements, Kernels.scaled(way, by: share)), shape: z.shape
            ).tracked()
            let slope = value(layer, between).total.gradients(of: [between])[0]
            for (place, part) in gatesPullback(slope.elements, at: way, heads: heads, packing: packing)
                .enumerated()
            {
                let (probe, head) = (place / heads, place % heads)
                found.signed[(probe * model.layers + layer) * heads + head] += part / Float(points)
            }
        }
        for (probe, off) in value(layer, from).each.enumerated() {
            found.changes[probe * model.layers + layer] = trace.values[probe] - off
        }
    }
    return found
}

/// AttAttr summed over queries and keys, a layer at a time with all its heads together.
func attAttr(_ model: Decoder, _ target: Target, points: Int, layers: [Int]) -> PackScores {
    let trace = Trace(of: model, on: target)
    var found = PackScores(
        signed: [Float](repeating: 0, count: target.batch.packing.count * model.layers * model.heads),
        values: trace.values)
    for layer in layers {
        for point in 0..<points {
            let share = (Float(point) + 0.5) / Float(points)
            let scaled = scaledPatterns(model, target, trace.streams[layer], layer, by: share)
            let part = headSums(model, target.batch.packing) { site in
                scaled[site].map { ($0.whole.elements, $0.slope.elements) }
            }
            for place in found.signed.indices { found.signed[place] += part[place] / Float(points) }
        }
    }
    return found
}
