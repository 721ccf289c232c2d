import Kernels
import Tensor
import Transformers

/// What replaces a head's output z.
public enum Baseline: String, Sendable, CaseIterable {
    /// Zeros: the head adds nothing to the residual stream.
    case zero
    /// The mean of the head's output over all positions of all examples.
    case mean
    /// The head's output at the same position of another example, drawn by the seed; a shorter example is
    /// repeated.
    case resample
    /// The head's output at the same position of the example's counterfactual.
    case counterfactual

    /// A one-line description for users.
    public var explanation: String {
        switch self {
        case .zero: "nothing"
        case .mean: "the head's mean output over all positions of all examples"
        case .resample: "its output at the same position of another example, drawn at random"
        case .counterfactual: "its output in a run of the record's counterfactual_prompt"
        }
    }
}

/// The baseline outputs z₀ for many probes.
struct Replacement: Sendable {
    let baseline: Baseline
    private let means: [[Float]]  // of each layer: [head, dHead]
    private let partners: [Int]  // of each probe
    private let probes: [Probe]

    /// Computes means, or draws partners, for the probes.
    ///
    /// - Throws: `needs` where a probe has no counterfactual, or none but itself to be replaced by.
    nonisolated(nonsending) init(
        _ baseline: Baseline, for probes: [Probe], of model: Decoder, seed: Int, packTokens: Int, workers: Int
    ) async throws(AttributionError) {
        (self.baseline, self.probes) = (baseline, probes)
        if baseline == .counterfactual, let bare = probes.firstIndex(where: { $0.counterfactual == nil }) {
            throw .needs(example: bare, what: "a counterfactual_prompt")
        }
        if baseline == .resample, probes.count < 2 {
            throw .needs(example: 0, what: "another example to be replaced by")
        }
        var generator = SeededGenerator(seed: seed, stream: 7)
        let order = probes.indices.shuffled(using: &generator)
        var partners = [Int](repeating: 0, count: probes.count)
        for place in order.indices { partners[order[place]] = order[(place + 1) % order.count] }
        self.partners = partners
        means = baseline == .mean ? await headMeans(of: model, on: probes, packTokens, workers) : []
    }

    /// What replaces the heads' outputs in each layer for some of the probes: [position, head, dHead].
    func outputs(for members: [Int], of model: Decoder) -> [Tensor] {
        let lengths = members.map { probes[$0].sequence.ids.count }
        let shape: Shape = [lengths.reduce(0, +), model.heads, model.dHead]
        switch baseline {
        case .zero: return (0..<model.layers).map { _ in Tensor(repeating: 0, shape: shape) }
        case .mean:
            return means.map { mean in
                Tensor((0..<shape.axes[0]).flatMap { _ in mean }, shape: shape)
            }
        case .resample, .counterfactual:
            let others = members.map { baseline == .resample ? probes[partners[$0]].sequence : other($0) }
            let batch = Batch(others)
            let found = seen([.headOutput], in: batch, of: model)
            let rows = zip(lengths, batch.packing.sequences).flatMap { length, own in
                (0..<length).map { own.lowerBound + $0 % own.count }
            }
            return (0..<model.layers).compactMap { layer in
                found[Site(.headOutput, layer: layer)].map { z in
                    z.reshaped([batch.packing.rows, model.heads * model.dHead]).rows(rows).reshaped(shape)
                }
            }
        }
    }

    private func other(_ member: Int) -> TokenSequence {
        let ids = probes[member].counterfactual ?? []
        return TokenSequence(ids: ids, supervised: probes[member].sequence.supervised)
    }
}

/// The mean output of every head over all positions of some probes, of each layer: [head, dHead].
nonisolated(nonsending) private func headMeans(
    of model: Decoder, on probes: [Probe], _ packTokens: Int, _ workers: Int
) async -> [[Float]] {
    let width = model.heads * model.dHead
    var sums = [[Double]](repeating: [Double](repeating: 0, count: width), count: model.layers)
    let packs = Packs(lengths: probes.map(\.sequence.ids.count), tokens: packTokens)
    var parts: [[Int]: [[Float]]] = [:]
    await packs.forEach(workers: workers) { members in
        let found = seen([.headOutput], in: Batch(members.map { probes[$0].sequence }), of: model)
        return (0..<model.layers).map { layer in
            found[Site(.headOutput, layer: layer)].map { sumOfRows($0.elements, rowLength: width) } ?? []
        }
    } deliver: { members, sums in
        parts[members] = sums
    }
    for members in packs.members {  // in a fixed order, so that sums do not depend on timing
        for (layer, part) in (parts[members] ?? []).enumerated() {
            for place in part.indices { sums[layer][place] += Double(part[place]) }
        }
    }
    let count = Double(probes.reduce(0) { $0 + $1.sequence.ids.count })
    return sums.map { $0.map { Float($0 / count) } }
}
