import Kernels
import Statistics
import Tensor
import Transformers

/// The scores of a pack of probes.
struct PackScores: Sendable {
    /// F with the head minus F without it: [probe, layer, head].
    var signed: HeadArray<Float>
    /// F: [probe].
    let values: [Float]
    /// F − F₀, with all heads of a layer replaced, for methods that are complete: [probe, layer].
    var changes: [Float] = []
    /// Integration points: [probe, layer].
    var points: [Int] = []

    /// A row for each probe: F, the score of each head, then, for methods that are complete, the change and the points of
    /// each layer.
    func rows(layers: Int) -> [[Float]] {
        values.indices.map { probe in
            let row = [values[probe]] + signed[example: probe]
            guard !changes.isEmpty else { return row }
            let own = probe * layers..<(probe + 1) * layers
            return row + changes[own] + points[own].map { Float($0) }
        }
    }
}

/// Attribution patching: Σ (z − z₀)·∂F/∂z.
func patching(_ model: Decoder, _ target: Target, _ replaced: [Tensor]) -> PackScores {
    let slopes = Slopes(of: model, on: target, at: .headOutput)
    let signed = slopes.products(with: differences(slopes, replaced), model, target.batch.packing)
    return PackScores(signed: signed, values: slopes.values)
}

/// z − z₀ at every layer.
private func differences(_ slopes: Slopes, _ replaced: [Tensor]) -> [Site: [Float]] {
    var differences: [Site: [Float]] = [:]
    for (site, z) in slopes.passed { differences[site] = minus(z.elements, replaced[site.layer].elements) }
    return differences
}

/// GradDrop: the mean over layers of |Σ difference·gradient| with no gradient through that layer's output,
/// with the sign of the full gradient. Dropping the head's own layer gives 0, so one layer fewer is counted.
private func dropping(
    _ model: Decoder, _ target: Target, at kind: Site.Kind, _ full: Slopes, _ differences: [Site: [Float]]
) -> PackScores {
    let packing = target.batch.packing
    let plain = full.products(with: differences, model, packing)
    guard model.layers > 1 else { return PackScores(signed: plain, values: full.values) }
    var sizes = [Float](repeating: 0, count: plain.count)
    for layer in 0..<model.layers {
        let slopes = Slopes(of: model, on: target, at: kind, dropping: layer)
        let part = slopes.products(with: differences, model, packing)
        for place in sizes.indices { sizes[place] += abs(part[place]) }
    }
    let scale = 1 / Float(model.layers - 1)
    let signed = zip(sizes, plain).map { $0 * scale * ($1 < 0 ? -1 : 1) }
    return PackScores(signed: HeadArray(signed, model.grid), values: full.values)
}

/// AtP* on heads' outputs.
func patchingStar(_ model: Decoder, _ target: Target, _ replaced: [Tensor]) -> PackScores {
    let full = Slopes(of: model, on: target, at: .headOutput)
    return dropping(model, target, at: .headOutput, full, differences(full, replaced))
}

/// AtP* on heads' queries or keys: attention is recomputed with those of another run of the same lengths.
func patchingPatterns(
    _ model: Decoder, _ target: Target, _ kind: Site.Kind, other: Batch
) -> PackScores {
    let full = Slopes(of: model, on: target, at: .pattern)
    let streams = Trace(of: model, on: target).streams
    let others = seen([kind], in: other, of: model)
    var differences: [Site: [Float]] = [:]
    for layer in 0..<model.layers {
        var single = model
        single.blocks = [model.blocks[layer]]
        let patterns = seen([kind, .pattern], in: target.batch, of: single, entering: streams[layer]) {
            site, x in
            site.kind == kind ? others[Site(kind, layer: layer)] ?? x : x
        }
        for (site, pattern) in patterns where site.kind == .pattern {
            let place = Site(.pattern, layer: layer, sequence: site.sequence)
            differences[place] = full.passed[place].map { minus($0.elements, pattern.elements) }
        }
    }
    return dropping(model, target, at: .pattern, full, differences)
}

/// ‖A ⊙ (D − rowsum(A ⊙ D))‖ of every head.
func reversedAttention(_ model: Decoder, _ target: Target) -> PackScores {
    let slopes = Slopes(of: model, on: target, at: .pattern)
    var reversed: [Site: [Float]] = [:]
    for (site, pattern) in slopes.passed {
        reversed[site] = slopes.gradients[site].map {
            softmaxPullback($0.elements, at: pattern.elements, rowLength: pattern.shape.last)
        }
    }
    let squares = headSums(model, target.batch.packing) { site in reversed[site].map { ($0, $0) } }
    return PackScores(signed: HeadArray(squares.map { $0.squareRoot() }, model.grid), values: slopes.values)
}

/// EAP-IG on heads: gradients averaged over embeddings between another run's and the probes' own.
func eapIG(
    _ model: Decoder, _ target: Target, _ replaced: [Tensor], other: Batch, points: Int
) -> PackScores {
    let clean = Trace(of: model, on: target)
    guard let from = seen([.residual], in: other, of: model)[Site(.residual, layer: 0)] else {
        preconditionFailure("a model without layers")
    }
    var differences: [Site: [Float]] = [:]
    for layer in 0..<model.layers {
        differences[Site(.headOutput, layer: layer)] = minus(
            clean.outputs[layer].elements, replaced[layer].elements)
    }
    var signed = HeadArray<Float>(repeating: 0, examples: target.batch.packing.count, model.grid)
    for point in 0..<points {
        let share = (Float(point) + 0.5) / Float(points)
        let embedded = from.scaled(by: 1 - share) + clean.streams[0].scaled(by: share)
        let slopes = Slopes(of: model, on: target, at: .headOutput, embedded: embedded)
        let part = slopes.products(with: differences, model, target.batch.packing)
        for place in signed.indices { signed[place] += part[place] / Float(points) }
    }
    return PackScores(signed: signed, values: clean.values)
}
