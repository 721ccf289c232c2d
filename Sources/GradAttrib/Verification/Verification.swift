import Kernels
import Statistics
import Tensor
public import Transformers

/// An identity: two computations of the same quantity, and their difference on a model.
public struct Identity: Sendable {
    /// What should be equal.
    public let name: String
    /// The largest difference, relative to the largest absolute value.
    public let error: Double
    /// The largest error that rounding explains.
    public let tolerance: Double
    /// Whether the error is within the tolerance; false for NaN.
    public var holds: Bool { error <= tolerance }

    package init(name: String, error: Double, tolerance: Double) {
        self.name = name
        self.error = error
        self.tolerance = tolerance
    }
}

/// Checks identities on a model that must hold for any weights.
///
/// - Parameters:
///   - model: The model to check.
///   - sequences: What to check on: at least two sequences, each with a supervised token.
///   - disturbance: Disturbs the first computation of each identity, to test that the check fails.
public func identities(
    of model: Decoder, on sequences: [TokenSequence], disturbance: Tap = .none
) async -> [Identity] {
    precondition(sequences.count >= 2, "\(sequences.count) sequences to check on")
    var found: [Identity] = []
    found += gateIdentities(model, sequences, disturbance)
    found.append(slopeIdentity(model, sequences[0], disturbance))
    found += await companyIdentities(model, sequences, disturbance)
    found += streamIdentities(model, Batch([sequences[0]]), disturbance)
    found.append(cacheIdentity(model, sequences[0], disturbance))
    return found
}

/// ∂L/∂ξ = Σ z·∂L/∂z = Σ A⊙∂L/∂A, one sequence at a time, each layer and head.
private func gateIdentities(_ model: Decoder, _ sequences: [TokenSequence], _ disturbance: Tap) -> [Identity]
{
    var (reading, pattern) = (0.0, 0.0)
    for sequence in sequences {
        let batch = Batch([sequence])
        let weight = 1 / Float(sequence.targetCount)
        let gates = headScores(of: model, on: batch, weights: [weight], tap: disturbance).signed.elements
        let capture = Capture.tracked([.pattern, .headOutput])
        let loss = model.tokenLosses(batch, tap: capture.tap)
        let (layers, sites) = (0..<model.layers, capture.tensors)
        let z = layers.compactMap { sites[Site(.headOutput, layer: $0)] }
        let a = layers.compactMap { sites[Site(.pattern, layer: $0, sequence: 0)] }
        let gradients = loss.sum().scaled(by: weight).gradients(of: z + a)
        func sums(_ values: [Tensor], _ slopes: ArraySlice<Tensor>, _ head: (Int) -> Int) -> [Float] {
            zip(values, slopes).flatMap { value, slope in
                var sums = [Double](repeating: 0, count: model.heads)
                for i in value.elements.indices {
                    sums[head(i)] += Double(value.elements[i]) * Double(slope.elements[i])
                }
                return sums.map(Float.init)
            }
        }
        let square = sequence.ids.count * sequence.ids.count
        let read = sums(z, gradients.prefix(model.layers)) { $0 / model.dHead % model.heads }
        let seen = sums(a, gradients.suffix(model.layers)) { $0 / square }
        reading = worse(reading, relativeDifference(gates, read))
        pattern = worse(pattern, relativeDifference(gates, seen))
    }
    return [
        Identity(name: "gate gradient = Σ z·∂L/∂z, each head", error: reading, tolerance: 1e-4),
        Identity(name: "gate gradient = Σ A⊙∂L/∂A, each head", error: pattern, tolerance: 1e-4),
    ]
}

/// ∂L/∂ξ = (8·(L(1 + h) − L(1 − h)) − (L(1 + 2h) − L(1 − 2h))) / 12h, for the strongest head.
private func slopeIdentity(_ model: Decoder, _ sequence: TokenSequence, _ disturbance: Tap) -> Identity {
    let batch = Batch([sequence])
    let weight = 1 / Float(sequence.targetCount)
    let scores = headScores(of: model, on: batch, weights: [weight], tap: disturbance).signed
    let strongest = scores.indices.max { abs(scores[$0]) < abs(scores[$1]) } ?? 0
    let place = model.grid.place(strongest)
    func loss(_ gate: Float) -> Double {
        var gates = [Float](repeating: 1, count: model.heads)
        gates[place.head] = gate
        let tap = Tap([.headOutput]) { [gates] site, z in
            site.layer == place.layer
                ? z.gated(by: Tensor(gates, shape: [1, model.heads]), batch.packing) : z
        }
        return model.tokenLosses(batch, tap: tap).elements.reduce(0) { $0 + Double($1) } * Double(weight)
    }
    let h: Float = 0.02
    let slope = (8 * (loss(1 + h) - loss(1 - h)) - (loss(1 + 2 * h) - loss(1 - 2 * h))) / Double(12 * h)
    // Losses of a few nats are rounded at 1e-7 relative. Their differences over 12h have the size of a score,
    // often 0.01, so a finite difference keeps about two digits.
    let error = abs(slope - Double(scores[strongest])) / max(abs(slope), 1e-12)
    return Identity(name: "gate gradient = central difference, strongest head", error: error, tolerance: 2e-2)
}

/// A batch = its examples one at a time; two workers = one.
private func companyIdentities(
    _ model: Decoder, _ sequences: [TokenSequence], _ disturbance: Tap
) async -> [Identity] {
    let weights = sequences.map { 1 / Float($0.targetCount) }
    let together = headScores(of: model, on: Batch(sequences), weights: weights, tap: disturbance)
    let alone = zip(sequences, weights).map { headScores(of: model, on: Batch([$0]), weights: [$1]) }
    let scores = relativeDifference(together.signed.elements, alone.flatMap(\.signed))
    let losses = relativeDifference(together.loss, alone.flatMap(\.loss))
    func run(_ workers: Int) async -> [Float] {
        await model.tokenLosses(of: sequences, packTokens: 64, workers: workers).flatMap { $0 }
    }
    let (one, two) = (await run(1), await run(2))
    return [
        Identity(name: "a batch = its examples one by one, scores", error: scores, tolerance: 1e-5),
        Identity(name: "a batch = its examples one by one, losses", error: losses, tolerance: 1e-5),
        Identity(name: "two threads = one", error: relativeDifference(two, one), tolerance: 1e-5),
    ]
}

/// Heads' outputs add up to attention's output; the layers' outputs add up to the residual stream.
private func streamIdentities(_ model: Decoder, _ batch: Batch, _ disturbance: Tap) -> [Identity] {
    let kinds: Set<Site.Kind> = [
        .residual, .headOutput, .attentionOutput, .residualMiddle, .feedForwardOutput, .residualFinal,
    ]
    let capture = Capture(kinds)
    _ = model.hidden(
        batch, rows: batch.predicting,
        tap: Tap(kinds) { site, x in
            let x = capture.tap.see(site, x)
            return disturbance.kinds.contains(site.kind) ? disturbance.see(site, x) : x
        })
    let seen = capture.tensors
    var (writes, stream) = (0.0, 0.0)
    for layer in 0..<model.layers {
        guard let z = seen[Site(.headOutput, layer: layer)],
            let read = seen[Site(.attentionOutput, layer: layer)],
            let start = seen[Site(.residual, layer: layer)],
            let middle = seen[Site(.residualMiddle, layer: layer)],
            let made = seen[Site(.feedForwardOutput, layer: layer)],
            let end = seen[Site(layer + 1 < model.layers ? .residual : .residualFinal, layer: layer + 1)]
        else { preconditionFailure("a site of layer \(layer) was not passed") }
        let output = model.blocks[layer].attention.output
        var sum = Tensor(repeating: 0, shape: read.shape)
        for head in 0..<model.heads {
            var gates = [Float](repeating: 0, count: model.heads)
            gates[head] = 1
            let own = z.gated(by: Tensor(gates, shape: [1, model.heads]), batch.packing)
            sum = sum + output.withoutBias(own.reshaped([z.shape.axes[0], model.heads * model.dHead]))
        }
        if let bias = output.bias { sum = sum.adding(bias: bias.tensor) }
        if let norm = model.blocks[layer].attentionOutputNorm { sum = norm(sum) }
        writes = worse(writes, relativeDifference(sum.elements, read.elements))
        stream = worse(stream, relativeDifference((start + read).elements, middle.elements))
        stream = worse(stream, relativeDifference((middle + made).elements, end.elements))
    }
    return [
        Identity(name: "Σ heads' writes + bias = attention output", error: writes, tolerance: 1e-4),
        Identity(name: "stream + attention + feed-forward = next stream", error: stream, tolerance: 1e-5),
    ]
}

/// Logits token by token with a KV cache = logits of the whole sequence.
private func cacheIdentity(_ model: Decoder, _ sequence: TokenSequence, _ disturbance: Tap) -> Identity {
    let ids = Array(sequence.ids.prefix(12))
    let batch = Batch([TokenSequence(ids: ids, supervised: ids.map { _ in true })])
    let whole = model.logits(batch, rows: Array(ids.indices), tap: disturbance).elements
    var cache = KeyValueCache(layers: model.layers)
    let steps = ids.flatMap { model.logits(next: [[$0]], &cache).elements }
    return Identity(
        name: "logits with kept keys and values = logits of the whole",
        error: relativeDifference(steps, whole),
        tolerance: 1e-4)
}

/// The larger error; NaN wins.
private func worse(_ a: Double, _ b: Double) -> Double { a.isNaN || b.isNaN ? .nan : max(a, b) }

private func relativeDifference(_ a: [Float], _ b: [Float]) -> Double {
    precondition(a.count == b.count, "\(a.count) and \(b.count) numbers")
    var (difference, scale) = (0.0, 0.0)
    for i in a.indices {
        difference = worse(difference, abs(Double(a[i]) - Double(b[i])))
        scale = worse(scale, abs(Double(b[i])))
    }
    return scale > 0 ? difference / scale : difference
}
