import Kernels
import Statistics
import Tensor
import Transformers

/// Gate integrated gradients, one layer at a time with all its heads moved together.
///
///     c_h = ∫ Σ (z − z₀)_h · ∂F/∂z at z₀ + α·(z − z₀) dα
///
/// The layers below are computed once. Completeness: Σ_h c_h = F − F₀ up to quadrature error, with F₀ for all
/// heads of the layer replaced; `changes` is F − F₀.
///
/// - Parameter rows: The most positions of a pass, unless the pack has more.
func gateIntegral(
    _ model: Decoder, _ targets: Targets, _ replaced: [Tensor], points: Int, isRefined: Bool,
    layers: [Int], rows: Int
) -> PackScores {
    integrals(model, targets, points: points, isRefined: isRefined, layers: layers) {
        probe, trace, layer, own in
        GateWay(
            model: model, layer: layer, stream: part(trace.streams[layer], own),
            from: part(replaced[layer], own), to: part(trace.outputs[layer], own), rows: rows
        ).path { targets.target(probe, copies: $0) }
    }
}

/// AttAttr summed over queries and keys, one layer at a time with all its heads together.
func attAttr(
    _ model: Decoder, _ targets: Targets, points: Int, isRefined: Bool, layers: [Int]
) -> PackScores {
    integrals(model, targets, points: points, isRefined: isRefined, layers: layers) {
        probe, trace, layer, own in
        patternPath(model, targets.target(probe), layer, stream: part(trace.streams[layer], own))
    }
}

/// The integral of each layer along its path, from a clean pass; for all probes (nil) or for one probe with
/// its own rows.
private func integrals(
    _ model: Decoder, _ targets: Targets, points: Int, isRefined: Bool, layers: [Int],
    path: @escaping (_ probe: Int?, Trace, _ layer: Int, _ own: Range<Int>) -> Path
) -> PackScores {
    let target = targets.target()
    let trace = Trace(of: model, on: target)
    let packing = target.batch.packing
    var found = PackScores(
        signed: HeadArray(repeating: 0, examples: packing.count, model.grid), values: trace.values,
        changes: [Float](repeating: 0, count: packing.count * model.layers),
        points: [Int](repeating: 0, count: packing.count * model.layers))
    for layer in layers {
        let alone = { probe in path(probe, trace, layer, packing.sequences[probe]) }
        let integral = PathIntegral(
            path(nil, trace, layer, 0..<packing.rows), ends: trace.values, heads: model.heads, points: points,
            alone: isRefined ? alone : nil)
        for probe in 0..<packing.count {
            let place = probe * model.layers + layer
            found.signed[probe, layer: layer] = integral.shares[probe, layer: 0]
            (found.changes[place], found.points[place]) = (integral.changes[probe], integral.points[probe])
        }
    }
    return found
}

/// Some positions of a tensor whose first axis is positions.
private func part(_ x: Tensor, _ rows: Range<Int>) -> Tensor {
    let axes = x.shape.axes
    guard rows.count < axes[0] else { return x }
    let width = x.elements.count / axes[0]
    return Tensor(
        Array(x.elements[rows.lowerBound * width..<rows.upperBound * width]),
        shape: Shape([rows.count] + axes.dropFirst()))
}
