public import Examples
import Foundation
public import GradAttrib
public import HeadActivation
import Statistics
public import Transformers

/// The scores of all heads of a model on some examples, and of what else is asked for, as a measurement.
public func measureHeads(
    of decoder: Decoder, on examples: [EncodedExample], task: String, checkpoint: String,
    reduction: Reduction = .exampleMean, batchSize: Int = 4, extra: ExtraGates = ExtraGates(),
    keeping kept: KeptScores? = nil, _ computing: Computing, _ observer: RunObserver = RunObserver(),
    from provenance: Provenance
) async throws -> HeadMeasurement {
    let sequences = examples.map(\.sequence)
    let report = observer.work(task, examples.count)
    let scores = try await gateScores(
        of: decoder, on: sequences, extra: extra, reduction: reduction, batchSize: batchSize,
        packTokens: computing.packTokens, workers: computing.workers, keeping: kept
    ) { report.advance($0, $1) }
    report.finish(sequences.reduce(0) { $0 + $1.targetCount })
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

extension HeadMeasurement {
    /// The scores of all heads of a model on some examples, with where they come from.
    init(
        task: String, checkpoint: String, of decoder: Decoder, _ examples: [EncodedExample],
        scores: HeadScores,
        from provenance: Provenance
    ) {
        self.init(
            task: task, checkpoint: checkpoint, layers: decoder.layers, heads: decoder.heads,
            signed: scores.signed.elements, loss: scores.loss, ids: examples.map(\.id),
            tokens: examples.map { Int32($0.sequence.ids.count) },
            supervisedTokens: examples.map { Int32($0.sequence.targetCount) }, provenance: provenance)
    }
}
