import Examples
import Foundation
import HeadActivation
import ModelHub
import Reports
import Statistics

extension RemedyRun {
    /// Whether the repair set uses the heads that the failing queries use, before training: the failing queries with the
    /// answers that their facts gave, beside queries that lacked nothing and general examples. nil where that was not
    /// asked for, or there are too few.
    func sharedHeads() async throws -> HeadsSummary? {
        guard plan.heads > 0 else { return nil }
        let tasks = [
            ("failing", files.failing), ("repair", files.repair), ("passing", files.passing),
            ("general", files.heldOut),
        ].filter { FileManager.default.fileExists(atPath: $0.1) }
        let patterns = PatternFile("\(plan.output)/patterns.h5")
        let known = FileManager.default.fileExists(atPath: patterns.path) ? try patterns.list() : []
        var measured: [HeadMeasurement] = []
        for (task, path) in tasks {
            if known.contains(where: { $0.task == task && $0.checkpoint == "base" }) {
                measured.append(try patterns.read(task: task, checkpoint: "base"))
                continue
            }
            let data = try ReadingPlan(limit: plan.heads).open(path, open, plan.computing, observer)
            let measurement = try await measureHeads(
                of: open.decoder, on: data.examples, task: task, checkpoint: "base", plan.computing, observer,
                from: Provenance(of: open, on: data, plan.computing))
            try patterns.write(measurement, replacing: true)
            measured.append(measurement)
        }
        guard measured.count >= 2, measured.prefix(2).allSatisfy({ $0.examples > 1 }) else { return nil }
        return HeadsSummary(
            SharedHeads(
                of: measured[0], with: measured[1], controls: Array(measured.dropFirst(2)),
                seed: plan.computing.seed), examples: measured.map(\.examples).min() ?? 0)
    }
}

/// Whether the repair set uses the heads of the failing queries, for JSON and for a reader.
package struct HeadsSummary: Codable {
    /// Of the smallest group that is compared.
    package let examples: Int?
    package let ceiling: Double?
    package let comparisons: [Comparison]

    package struct Comparison: Codable {
        package let task: String
        package let similarity: EstimateRecord
        package let without_common_mode, gain, gain_without_common_mode: EstimateRecord?
    }

    init(_ shared: SharedHeads, examples: Int) {
        self.examples = examples
        ceiling = shared.ceiling
        comparisons = shared.comparisons.map {
            Comparison(
                task: $0.task, similarity: EstimateRecord($0.similarity),
                without_common_mode: $0.withoutCommonMode.map(EstimateRecord.init),
                gain: $0.gain.map(EstimateRecord.init),
                gain_without_common_mode: $0.gainWithoutCommonMode.map(EstimateRecord.init))
        }
    }

    /// What the table says.
    package var finding: String {
        let most =
            "the correlation of two halves of the failing queries, brought to full size, is \(fixed(ceiling, decimals: 2))"
        guard
            let general = comparisons.first(where: { $0.task == "general" }) ?? comparisons.dropFirst().first,
            let gain = general.gain_without_common_mode ?? general.gain, let low = gain.low,
            let high = gain.high
        else { return "There is no control task; \(most)." }
        let control = general.task == "general" ? "general examples" : "other queries"
        let isApart = Verdict(
            q: low > 0 || high < 0 ? 0 : 1, interval: nil, margin: 0, examples: examples ?? 0)
        let verdict =
            isApart != .changed
            ? "Whether the repair set uses the heads of the failing queries more than \(control) do is not sure"
            : "The repair set uses the heads of the failing queries \(low > 0 ? "more" : "less") than \(control) do"
        return "\(verdict); \(most)."
    }
}
