import Examples
import Foundation
import GradAttrib
import HeadActivation
import Reports
import Transformers

/// Scores heads by any attribution method, and audits the scores.
struct Attributing {
    let decoder: Decoder
    let probes: [Probe]
    let reduction: Reduction
    let batchSize: Int
    let computing: Computing
    let observer: RunObserver
    /// Where scores are kept as they come.
    let kept: KeptScores?

    /// Examples with what they are held against.
    init(
        _ open: OpenModel, _ data: OpenData, reduction: Reduction, batchSize: Int,
        keeping kept: KeptScores? = nil, _ computing: Computing, _ observer: RunObserver
    ) throws {
        (decoder, self.kept) = (open.decoder, kept)
        (self.reduction, self.batchSize) = (reduction, batchSize)
        (self.computing, self.observer) = (computing, observer)
        do throws(ContrastError) {
            probes = try contrasted(data.examples, of: data.records, with: open.tokenizer)
        } catch {
            throw UnusableData(description: "\(data.path), \(error)")
        }
    }

    /// The same with some of the examples alone.
    init(_ whole: Attributing, _ probes: [Probe]) {
        (decoder, reduction, batchSize, kept) = (whole.decoder, whole.reduction, whole.batchSize, whole.kept)
        (computing, observer, self.probes) = (whole.computing, whole.observer, probes)
    }

    /// The scores of all heads, or of some; what checks them is said.
    func scores(by recipe: Recipe, heads: [Int]? = nil, called name: String) async throws -> Attribution {
        let report = observer.work(name, probes.count)
        let found = try await attribution(
            of: decoder, on: probes, by: recipe, heads: heads, reduction: reduction, batchSize: batchSize,
            packTokens: computing.packTokens, workers: computing.workers, seed: computing.seed, keeping: kept
        ) { report.advance($0, $1) }
        report.finish(probes.reduce(0) { $0 + $1.sequence.targetCount })
        if let completeness = found.completeness {
            observer.remark(
                "completeness: the heads' integrated gradients miss what their layers add up to by "
                    + "\(percent(completeness.error, decimals: 2)), in layer \(completeness.worst.layer) by "
                    + "\(percent(completeness.worst.error, decimals: 2)); points of an example in a layer: "
                    + "\(fixed(completeness.points, decimals: 1)) in the mean, up to \(completeness.most.points) in layer "
                    + "\(completeness.most.layer)"
                    + (completeness.error > 0.01 ? "; more points are needed" : ""))
        }
        return found
    }

    /// Which positions carry the gate scores: [token, layer, head].
    func tokenScores() async throws -> [Float] {
        try await GradAttrib.tokenScores(
            of: decoder, on: probes.map(\.sequence), reduction: reduction, batchSize: batchSize,
            packTokens: computing.packTokens, workers: computing.workers, keeping: kept
        ).flatMap(\.self)
    }
}
