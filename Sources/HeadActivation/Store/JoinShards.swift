/// Joins the measurements of all shards of a data file into the measurement of the whole.
///
/// Scores are moved, never computed anew, and stand in the order of the data file: the result is that of measuring
/// without shards. It was made when the last shard was.
///
/// - Parameter shards: each shard once, in any order.
public func joined(_ shards: [HeadMeasurement]) throws(PatternError) -> HeadMeasurement {
    let parts = shards.sorted { ($0.provenance.shard?.index ?? 0) < ($1.provenance.shard?.index ?? 0) }
    guard let first = parts.first, let count = first.provenance.shard?.count else {
        preconditionFailure("\(shards.count) measurements of which the first is no shard")
    }
    func cannot(_ reason: String) -> PatternError {
        .cannotJoin(task: first.task, checkpoint: first.checkpoint, reason: reason)
    }
    let found = parts.compactMap(\.provenance.shard)
    guard found == (1...count).map({ Shard($0, of: count) }) else {
        throw cannot(
            "expected each of the \(count) shards once, found "
                + found.map(\.description).joined(separator: ", "))
    }
    if let different = mismatches(parts.map(\.summary), in: MeasurementTrait.allCases).first {
        throw cannot(different.description)
    }
    let ids = parts.flatMap(\.ids)
    var seen: Set<String> = []
    if let twice = ids.first(where: { !seen.insert($0).inserted }) {
        throw cannot("the example \(twice.debugDescription) is in more than one shard")
    }
    var provenance = first.provenance
    provenance.shard = nil
    provenance.created = parts.map(\.provenance.created).max() ?? provenance.created
    var whole = HeadMeasurement(
        task: first.task, checkpoint: first.checkpoint, layers: first.layers, heads: first.heads,
        signed: parts.flatMap(\.signed), loss: parts.flatMap(\.loss), ids: ids,
        tokens: parts.flatMap(\.tokens), supervisedTokens: parts.flatMap(\.supervisedTokens),
        provenance: provenance)
    try joinExtras(parts, into: &whole, cannot)
    let scores = parts.compactMap(\.tokenScores)
    if scores.count == parts.count { whole.tokenScores = scores.flatMap(\.self) }
    return whole
}

/// The scores of modules and adapters, which all shards have or none.
private func joinExtras(
    _ parts: [HeadMeasurement], into whole: inout HeadMeasurement, _ cannot: (String) -> PatternError
) throws(PatternError) {
    let modules = parts.map(\.modules)
    guard modules.allSatisfy({ $0?.names == modules[0]?.names }) else {
        throw cannot("not all shards score the same modules")
    }
    whole.modules = modules[0].map {
        ModuleMeasurement(names: $0.names, signed: modules.flatMap { $0?.signed ?? [] })
    }
    let first = parts[0].adapter
    guard
        parts.allSatisfy({ part in
            part.adapter.map(\.projection) == first.map(\.projection)
                && zip(part.adapter, first).allSatisfy { $0.norm == $1.norm }
        })
    else { throw cannot("not all shards measure the same adapter") }
    whole.adapter = first.enumerated().map { place, one in
        AdapterMeasurement(
            projection: one.projection, heads: one.heads, base: parts.flatMap { $0.adapter[place].base },
            adapter: parts.flatMap { $0.adapter[place].adapter }, norm: one.norm,
            effectiveRank: one.effectiveRank)
    }
}
