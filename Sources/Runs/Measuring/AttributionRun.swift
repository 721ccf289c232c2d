import Examples
import Files
import Foundation
public import GradAttrib
public import HeadActivation
import Kernels
import ModelHub
import Transformers

/// A measurement of heads, from files to scores.
public struct AttributionRun {
    /// What is measured.
    public let plan: AttributionPlan
    private let observer: RunObserver
    private let open: OpenModel
    private let opened: OpenData

    /// Opens the files.
    public init(_ plan: AttributionPlan, _ observer: RunObserver = RunObserver()) throws {
        (self.plan, self.observer) = (plan, observer)
        var open = try OpenModel(name: plan.model, adapter: plan.adapter, warn: observer.warn)
        open.decoder.recomputesLayers = plan.recompute
        self.open = open
        plan.computing.say(observer)
        var opened = try plan.reading.open(plan.data, open, plan.computing, observer)
        if let shard = plan.shard {
            let batch = plan.reduction == .batchTokenMean ? plan.batchSize : 1
            opened.examples = Array(opened.examples[shard.range(of: opened.examples.count, batch: batch)])
            guard !opened.examples.isEmpty else {
                throw UnusableData(
                    description:
                        "Shard \(shard) of \(plan.data) holds no example; cut the data into fewer parts.")
            }
        }
        self.opened = opened
    }

    /// Scores that are kept as they come, beside the output: of this task and checkpoint alone, for others may be measured
    /// into the same file at the same time.
    public func keptScores(beside output: String) throws -> KeptScores {
        let part = "\(plan.task)\n\(plan.checkpoint)\n\(plan.shard?.description ?? "")"
        let path = "\(try endOfLinks(output)).\(sha256(of: Data(part.utf8)).prefix(8)).part"
        try OutputLock.hold(path, as: "sft-probe attribute")
        let kept = try KeptScores(
            path: path,
            of: "\(try open.digest()) \(try open.adapterDigest() ?? "") \(Computing.usedPrecision)")
        if kept.count > 0 {
            observer.remark("\(kept.count) examples were scored by a run that was broken off")
        }
        return kept
    }

    /// Whether a file has this measurement already: of the same files, by the same method, of as many examples.
    public func isDone(in file: PatternFile) throws -> Bool {
        guard FileManager.default.fileExists(atPath: file.path),
            let known = try file.list().first(where: {
                $0.task == plan.task && $0.checkpoint == plan.checkpoint
            })
        else { return false }
        let own = try provenance
        func files(_ provenance: Provenance) -> [String?] {
            [
                provenance.modelSHA256, provenance.adapterSHA256, provenance.dataSHA256,
                provenance.templateSHA256, provenance.method, provenance.reduction, provenance.precision,
            ]
        }
        return known.examples == opened.examples.count && files(known.provenance) == files(own)
    }

    private var provenance: Provenance {
        get throws {
            try Provenance(
                of: open, on: opened, plan.computing, method: plan.recipe.name, reduction: plan.reductionName,
                shard: plan.shard)
        }
    }

    /// The scores of all heads on the examples, with where they come from.
    ///
    /// - Parameter kept: where scores are kept as they come; the caller removes it when the measurement is written.
    public func measure(keeping kept: KeptScores? = nil) async throws -> HeadMeasurement {
        try await Arithmetic.$current.withValue(plan.computing.arithmetic) { try await scores(keeping: kept) }
    }

    private func scores(keeping kept: KeptScores?) async throws -> HeadMeasurement {
        sayMemory()
        if !plan.recipe.objective.isReduced {
            observer.remark(
                "\(plan.recipe.objective.rawValue) is summed over the answer: the measurement says example-sum"
            )
        }
        let provenance = try provenance
        var measurement =
            if plan.isGateOfLoss {
                try await measureHeads(
                    of: open.decoder, on: opened.examples, task: plan.task, checkpoint: plan.checkpoint,
                    reduction: plan.reduction, batchSize: plan.batchSize,
                    extra: extraGates(modules: plan.modules, of: open, observer), keeping: kept,
                    plan.computing, observer,
                    from: provenance)
            } else {
                HeadMeasurement(
                    task: plan.task, checkpoint: plan.checkpoint, of: open.decoder, opened.examples,
                    scores: try await attributing(kept).scores(by: plan.recipe, called: plan.task).scores,
                    from: provenance)
            }
        if plan.tokenScores { measurement.tokenScores = try await attributing(kept).tokenScores() }
        measurement.audit = try await audit(measurement, kept)
        return measurement
    }

    private func audit(_ measurement: HeadMeasurement, _ kept: KeptScores?) async throws -> Audit? {
        switch plan.audit {
        case .none: return nil
        case .heads(let count, let baseline):
            return try await attributing(kept).audit(
                measurement, of: count, by: plan.recipe, baseline: baseline)
        case .small:
            // Records whose counterfactuals do not fit are measured by gates all the same, without an audit.
            guard plan.isGateOfLoss, plan.shard == nil, measurement.examples > 1,
                let plain = try? attributing(kept)
            else { return nil }
            return try await plain.smallAudit(measurement, by: plan.recipe)
        }
    }

    private func attributing(_ kept: KeptScores?) throws -> Attributing {
        try Attributing(
            open, opened, reduction: plan.reduction, batchSize: plan.batchSize, keeping: kept, plan.computing,
            observer)
    }

    private func sayMemory() {
        let lengths = opened.examples.map(\.sequence.ids.count)
        let packs = Packs(lengths: lengths, tokens: plan.computing.packTokens)
        let largest = packs.members.map { $0.reduce(0) { $0 + lengths[$1] } }.max() ?? 0
        observer.remark(
            memoryRemark(workers: plan.computing.workers) { workers in
                open.decoder.attributionMemory(
                    largestPack: largest, workers: min(workers, packs.members.count),
                    fileBytes: open.fileBytes, modules: plan.modules)
            })
    }
}
