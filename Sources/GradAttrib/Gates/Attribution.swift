import Statistics
import Tensor
public import Transformers

/// The scores of many examples, and their completeness.
public struct Attribution: Sendable {
    /// The signed score of every head for each example, and F.
    public let scores: HeadScores
    /// By how much integrated gradients miss completeness; nil for other methods.
    public let completeness: Completeness?
}

/// Completeness: by how much the heads' integrated gradients c_h miss F − F₀, where F₀ is F with all heads of
/// the layer replaced.
public struct Completeness: Sendable, Equatable {
    /// Σ |Σ_h c_h − (F − F₀)| / Σ |F − F₀|, with sums over examples and layers.
    public let error: Double
    /// The layer with the largest error, and that error.
    public let worst: (layer: Int, error: Double)
    /// The mean number of integration points per example and layer.
    public let points: Double
    /// The layer with the most points for any example, and that number.
    public let most: (layer: Int, points: Int)

    /// Whether all numbers are equal.
    public static func == (a: Completeness, b: Completeness) -> Bool {
        a.error == b.error && a.worst == b.worst && a.points == b.points && a.most == b.most
    }

    /// - Parameters:
    ///   - signed: [example, layer, head].
    ///   - changes: [example, layer].
    ///   - points: [example, layer].
    init?(signed: HeadArray<Float>, changes: [Float], points: [Int], layers: [Int]) {
        let count = signed.grid.layers
        var (missing, whole) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
        for (place, change) in changes.enumerated() {
            let (example, layer) = place.quotientAndRemainder(dividingBy: count)
            let sum = signed[example, layer: layer].reduce(0.0) { $0 + Double($1) }
            missing[layer] += abs(sum - Double(change))
            whole[layer] += abs(Double(change))
        }
        let errors = layers.map { (layer: $0, error: missing[$0] / max(whole[$0], 1e-12)) }
        guard let worst = errors.max(by: { $0.error < $1.error }),
            let most = points.indices.max(by: { points[$0] < points[$1] })
        else { return nil }
        func total(_ sums: [Double]) -> Double { layers.reduce(0) { $0 + sums[$1] } }
        error = total(missing) / max(total(whole), 1e-12)
        self.worst = worst
        self.points = Double(points.reduce(0, +)) * Double(count) / Double(points.count * layers.count)
        self.most = (most % count, points[most])
    }
}

/// The signed score of every head for each of many examples, by any attribution method.
///
/// Examples are packed, and packs are distributed over workers. Each result depends on its own example alone
/// (and on the mean over all examples, or a partner, for the baselines `mean` and `resample`), up to
/// rounding.
///
/// - Parameters:
///   - model: The model whose heads are scored.
///   - probes: The examples, with their contrasts where the recipe asks for them.
///   - recipe: The method, the objective F and the baseline; they have to go together.
///   - heads: The heads to score, as layer · heads + head, for methods that work layer by layer or head by head; others
///     of their layers may be scored too, and those of other layers score 0. Nil for all.
///   - reduction: How token losses become F, for objectives that are reduced.
///   - batchSize: Examples per batch, for `batchTokenMean`.
///   - packTokens: Tokens per pack; memory grows with it.
///   - workers: Packs computed at a time.
///   - seed: Random seed of the baseline `resample`.
///   - kept: Where scores are kept as they come; nil keeps none.
///   - progress: Sees the number of examples and tokens of each finished pack.
/// - Returns: scores and F in the order given.
/// - Throws: `needs` where an example lacks what the recipe asks for; `notFinite`.
nonisolated(nonsending) public func attribution(
    of model: Decoder, on probes: [Probe], by recipe: Recipe, heads: [Int]? = nil,
    reduction: Reduction = .exampleMean, batchSize: Int = 4, packTokens: Int, workers: Int, seed: Int = 0,
    keeping kept: KeptScores? = nil, progress: (_ examples: Int, _ tokens: Int) -> Void = { _, _ in }
) async throws(AttributionError) -> Attribution {
    precondition(recipe.contradiction == nil, recipe.contradiction ?? "")
    if recipe.objective == .logitDifference, let bare = probes.firstIndex(where: { $0.fork == nil }) {
        throw .needs(example: bare, what: "an other_completion that differs from its completion")
    }
    let targets = probes.map { $0.sequence(for: recipe.objective).targetCount }
    let weights =
        recipe.objective.isReduced
        ? reduction.weights(targets: targets, batchSize: batchSize) : probes.map { _ in 1 }
    let replacement = try await Replacement(
        recipe.used, for: probes, of: model, seed: seed, packTokens: packTokens, workers: workers)
    let chosen = (heads ?? Array(0..<model.grid.count)).sorted()
    let layers = Set(chosen.map { model.grid.place($0).layer }).sorted()
    var signed = HeadArray<Float>(repeating: 0, examples: probes.count, model.grid)
    var values = [Float](repeating: 0, count: probes.count)
    var changes = [Float](repeating: 0, count: probes.count * model.layers)
    var points = [Float](repeating: 0, count: probes.count * model.layers)
    // A few examples can be hours of work here, so packs are made such that every worker has one.
    let packs = Packs(
        sharing: probes.map(\.sequence.ids.count), tokens: packTokens, workers: workers)
    var digest = WorkDigest()
    digest.add("\(recipe), \(packTokens) tokens, seed \(seed)")
    for head in chosen { digest.add(head) }
    for probe in probes { digest.add(probe) }
    digest.add(weights: weights)
    try await packs.forEach(workers: workers, keeping: kept, of: digest.value) {
        (members) throws(AttributionError) in
        let part = PackProbes(
            probes: members.map { probes[$0] }, weights: members.map { weights[$0] },
            replaced: replacement.outputs(for: members, of: model))
        let found = scores(part, of: model, by: recipe, heads: chosen, layers: layers, packTokens: packTokens)
        for (place, example) in members.enumerated() {
            guard found.values[place].isFinite, found.signed[example: place].allSatisfy(\.isFinite) else {
                throw .notFinite(example: example)
            }
        }
        return found.rows(layers: model.layers)
    } deliver: { (members, rows) throws(AttributionError) in
        let size = model.grid.count
        for (example, row) in zip(members, rows) {
            values[example] = row[0]
            signed[example: example] = row.dropFirst().prefix(size)
            let width = model.layers
            func put(_ part: ArraySlice<Float>, into whole: inout [Float]) {
                guard !part.isEmpty else { return }
                whole.replaceSubrange(example * width..<(example + 1) * width, with: part)
            }
            put(row.dropFirst(1 + size).prefix(width), into: &changes)
            put(row.dropFirst(1 + size + width), into: &points)
        }
        progress(members.count, members.reduce(0) { $0 + probes[$1].sequence.ids.count })
    }
    return Attribution(
        scores: HeadScores(signed: signed, loss: values),
        completeness: recipe.method == .gateIG
            ? Completeness(
                signed: signed, changes: changes, points: points.map { Int($0) }, layers: layers) : nil)
}

/// The input of a method for one pack.
private struct PackProbes: Sendable {
    let probes: [Probe]
    let weights: [Float]
    let replaced: [Tensor]

    var counterfactuals: Batch {
        Batch(
            probes.map {
                TokenSequence(ids: $0.counterfactual ?? $0.sequence.ids, supervised: $0.sequence.supervised)
            })
    }
}

/// The scores of a pack by the recipe's method.
private func scores(
    _ pack: PackProbes, of model: Decoder, by recipe: Recipe, heads: [Int], layers: [Int],
    packTokens: Int
) -> PackScores {
    let targets = Targets(recipe.objective, pack.probes, weights: pack.weights, model: model)
    let (target, replaced, points) = (targets.target(), pack.replaced, recipe.points)
    // KL keeps logits of the whole vocabulary, so its passes hold a single copy of the pack.
    let isSingle = recipe.objective == .divergence
    return switch recipe.method {
    case .gate, .patching: patching(model, target, replaced)
    case .patchingStar: patchingStar(model, target, replaced)
    case .patchingQueries: patchingPatterns(model, target, .query, other: pack.counterfactuals)
    case .patchingKeys: patchingPatterns(model, target, .key, other: pack.counterfactuals)
    case .reversed: reversedAttention(model, target)
    case .gateIG:
        gateIntegral(
            model, targets, replaced, points: points, isRefined: recipe.isRefined, layers: layers,
            rows: isSingle ? 1 : packTokens)
    case .attAttr:
        attAttr(model, targets, points: points, isRefined: recipe.isRefined, layers: layers)
    case .eapIG: eapIG(model, target, replaced, other: pack.counterfactuals, points: points)
    case .ablation:
        ablation(
            model, targets, replaced, heads: heads,
            rows: isSingle ? 1 : 8 * packTokens)
    }
}
