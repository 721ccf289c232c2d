import Kernels
import Statistics
import Tensor
public import Transformers

/// Scores of the adapter's part and of the base weights' part of one attention projection, for each example
/// and head.
public struct AdapterShare: Sendable, Equatable {
    /// The projection.
    public let projection: AttentionProjection
    /// The heads of a layer: query heads, or key/value heads for keys and values.
    public let heads: Int
    /// The gradient at a gate on the base weights' part W·x + b of the output: [example, layer, head].
    public let base: [Float]
    /// The gradient at a gate on the adapter's part ΔW·x: [example, layer, head]. Zeros in layers without an
    /// adapter.
    public let adapter: [Float]
}

/// Scores of heads, modules and adapters, from one backward pass.
public struct GateScores: Sendable, Equatable {
    /// The heads' scores and the losses.
    public let heads: HeadScores
    /// ∂loss_i/∂ξ of modules: [example, layer, module]; empty where none were asked for.
    public let modules: [Float]
    /// Scores by adapter and base weights; empty where there is no adapter or they were not asked for.
    public let shares: [AdapterShare]
}

/// Which gates a pass has in addition to those of heads.
public struct ExtraGates: Sendable, Equatable {
    /// The modules to score.
    public var modules: [LayerModule]
    /// Whether to score the adapter's and the base weights' parts separately.
    public var adapter: Bool

    /// Gates on some modules, and on an adapter's parts.
    public init(modules: [LayerModule] = [], adapter: Bool = false) {
        (self.modules, self.adapter) = (modules, adapter)
    }
}

/// The scores of heads, and with the same backward pass those of modules and of adapters.
///
/// - Parameters:
///   - model: The model whose heads are scored.
///   - batch: The examples, packed.
///   - weights: What each example's token losses are multiplied by before they are added up: [example].
///   - extra: What to score in addition to heads.
///   - tap: Another tap on the pass; the gates are applied after it.
public func gateScores(
    of model: Decoder, on batch: Batch, weights: [Float], extra: ExtraGates, tap: Tap = .none
) -> GateScores {
    GateTable.layout(of: model, extra).scores(
        ofRows: gateRows(of: model, on: batch, weights: weights, extra, tap))
}

/// A row for each example: its loss, then its scores, as ``GateTable`` says.
private func gateRows(
    of model: Decoder, on batch: Batch, weights: [Float], _ extra: ExtraGates, _ tap: Tap = .none
) -> [[Float]] {
    precondition(
        weights.count == batch.packing.count, "\(weights.count) weights for \(batch.packing.count) examples")
    let heads = HeadGates(of: model, on: batch)
    let modules = ModuleGates(extra.modules, of: model, on: batch)
    let adapter = extra.adapter ? AdapterGates(of: model, on: batch) : nil
    let tap = modules.tap(after: heads.tap(after: tap))
    let losses = model.tokenLosses(batch, tap: adapter?.tap(after: tap) ?? tap)
    let gates =
        heads.layers + modules.gates
        + (adapter.map { $0.whole.flatMap(\.self) + $0.added.flatMap(\.self) } ?? [])
    let scores = HeadGates.scores(losses.sum(weightedBy: batch.spread(weights)).gradients(of: gates))
    let width = scores.count / batch.packing.count
    return batch.targetPacking.sequences.enumerated().map { example, targets in
        let loss = targets.reduce(0.0) { $0 + Double(losses.elements[$1]) } * Double(weights[example])
        return [Float(loss)] + scores[example * width..<(example + 1) * width]
    }
}

/// The layout of an example's row of scores.
struct GateTable: Sendable {
    let heads: HeadGrid
    let modules: Int  // of all layers
    let projections: [(projection: AttentionProjection, heads: Int, layers: Int)]

    static func layout(of model: Decoder, _ extra: ExtraGates) -> GateTable {
        let projections =
            !extra.adapter
            ? []
            : AttentionProjection.allCases.filter { projection in
                model.blocks.contains { $0.attention.change(of: projection) != nil }
            }
        return GateTable(
            heads: model.grid, modules: model.layers * extra.modules.count,
            projections: projections.map {
                ($0, $0.isShared ? model.keyValueHeads : model.heads, model.layers)
            })
    }

    func scores(ofRows rows: [[Float]]) -> GateScores {
        func cut(_ start: Int, _ count: Int) -> [Float] { rows.flatMap { $0[start..<start + count] } }
        let signed = cut(1, heads.count)
        var start = 1 + heads.count + modules
        var whole: [[Float]] = []
        for (projection, heads, layers) in projections {
            whole.append(projection == .output ? signed : cut(start, heads * layers))
            start += projection == .output ? 0 : heads * layers
        }
        var shares: [AdapterShare] = []
        for ((projection, heads, layers), whole) in zip(projections, whole) {
            let added = cut(start, heads * layers)
            start += heads * layers
            shares.append(
                AdapterShare(
                    projection: projection, heads: heads, base: zip(whole, added).map { $0 - $1 },
                    adapter: added))
        }
        return GateScores(
            heads: HeadScores(signed: HeadArray(signed, heads), loss: rows.map { $0[0] }),
            modules: cut(1 + heads.count, modules),
            shares: shares)
    }
}

/// The scores of heads, modules and adapters for each of many examples.
///
/// Examples are packed, and packs are distributed over workers. Each result depends on its own example alone,
/// up to rounding.
///
/// - Parameters:
///   - model: The model whose heads are scored.
///   - sequences: The examples as tokens, each with a supervised one.
///   - extra: What to score in addition to heads.
///   - reduction: How token losses become an example's loss.
///   - batchSize: Examples per batch of `batchTokenMean`, in the order given; 4 in the authors' script.
///   - packTokens: Tokens per pack; memory grows with it.
///   - workers: Packs computed at a time.
///   - kept: Where scores are kept as they come; nil keeps none.
///   - progress: Sees the number of examples and tokens of each finished pack.
/// - Returns: scores and losses in the order given.
nonisolated(nonsending) public func gateScores(
    of model: Decoder, on sequences: [TokenSequence], extra: ExtraGates, reduction: Reduction,
    batchSize: Int = 4, packTokens: Int, workers: Int, keeping kept: KeptScores? = nil,
    progress: (_ examples: Int, _ tokens: Int) -> Void = { _, _ in }
) async throws(AttributionError) -> GateScores {
    let weights = reduction.weights(targets: sequences.map(\.targetCount), batchSize: batchSize)
    var rows = [[Float]](repeating: [], count: sequences.count)
    let packs = Packs(lengths: sequences.map(\.ids.count), tokens: packTokens)
    var digest = WorkDigest()
    digest.add("gates of heads, \(extra.modules.map(\.rawValue)), adapter: \(extra.adapter)")
    for sequence in sequences { digest.add(sequence) }
    digest.add(weights: weights)
    try await packs.forEach(workers: workers, keeping: kept, of: digest.value) {
        (members) throws(AttributionError) in
        let made = gateRows(
            of: model, on: Batch(members.map { sequences[$0] }), weights: members.map { weights[$0] }, extra)
        for (place, example) in members.enumerated() where !made[place].allSatisfy(\.isFinite) {
            throw .notFinite(example: example)
        }
        return made
    } deliver: { (members, made) throws(AttributionError) in
        for (place, example) in members.enumerated() { rows[example] = made[place] }
        progress(members.count, members.reduce(0) { $0 + sequences[$1].ids.count })
    }
    return GateTable.layout(of: model, extra).scores(ofRows: rows)
}
