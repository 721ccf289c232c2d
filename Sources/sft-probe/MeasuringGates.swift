import Examples
import Foundation
import GradAttrib
import HeadActivation
import ModelFiles
import Transformers

/// What is to be scored beside heads: modules where they are asked for, and what goes through an adapter where
/// attention's projections have pairs; nil for nothing. What cannot be told apart is said.
func extraGates(modules: Bool, of open: OpenModel, _ options: RunOptions) -> ExtraGates? {
    let chosen = modules ? LayerModule.all(of: open.decoder) : []
    let hasPairs = open.decoder.blocks.contains { block in
        AttentionProjection.allCases.contains { block.attention.change(of: $0) != nil }
    }
    if modules, !chosen.contains(.gate) {
        options.remark("modules: \(open.decoder.family) has no gate in its feed-forward layers")
    }
    if let adapter = open.adapter, !hasPairs {
        options.remark(
            "\(adapter.path): no projection of attention has a pair of its own, so the adapter's part in the heads' scores "
                + "is not told apart")
    }
    let extra = ExtraGates(modules: chosen, adapter: hasPairs)
    return extra == ExtraGates() ? nil : extra
}

/// The scores of heads, modules and an adapter's parts on some examples, as a measurement.
func measureGates(
    _ extra: ExtraGates, of decoder: Decoder, on examples: [EncodedExample], task: String,
    checkpoint: String, reduction: Reduction, batchSize: Int, _ options: RunOptions,
    from provenance: Provenance
) async throws -> HeadMeasurement {
    let sequences = examples.map(\.sequence)
    let report = ProgressReport(task, total: examples.count, options)
    let scores = try await gateScores(
        of: decoder, on: sequences, extra: extra, reduction: reduction, batchSize: batchSize,
        packTokens: options.packTokens, workers: options.workers
    ) { report.advance(examples: $0, tokens: $1) }
    report.finish(supervisedTokens: sequences.reduce(0) { $0 + $1.targetCount })
    var measurement = HeadMeasurement(
        task: task, checkpoint: checkpoint, of: decoder, examples, scores: scores.heads, from: provenance)
    if !extra.modules.isEmpty {
        measurement.modules = ModuleMeasurement(names: extra.modules.map(\.rawValue), signed: scores.modules)
    }
    measurement.adapter = try scores.shares.map { share in
        let sizes = try changeSizes(of: share.projection, in: decoder)
        return AdapterMeasurement(
            projection: share.projection.rawValue, heads: share.heads, base: share.base,
            adapter: share.adapter, norm: sizes.map { Float($0.norm) },
            effectiveRank: sizes.map { Float($0.effectiveRank) })
    }
    return measurement
}

/// The size of an adapter's change of each head in a projection, zeros in layers without a pair: [layer, head].
func changeSizes(of projection: AttentionProjection, in decoder: Decoder) throws -> [ChangeSize] {
    try decoder.blocks.enumerated().flatMap { layer, block -> [ChangeSize] in
        guard let change = block.attention.change(of: projection) else {
            let heads = projection.isShared ? decoder.keyValueHeads : decoder.heads
            return (0..<heads).map { _ in ChangeSize.zero }
        }
        guard let sizes = change.sizes() else {
            throw UnusableData(
                description:
                    "The adapter's pair on \(projection.rawValue) of layer \(layer) holds a number that is not "
                    + "finite; train it again, with a lower learning rate.")
        }
        return sizes
    }
}
