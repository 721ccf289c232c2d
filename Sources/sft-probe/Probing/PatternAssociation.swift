import HeadActivation
import LinearProbes
import Reports
import Statistics

/// Whether the heads off which more can be read are those that a task uses.
struct PatternAssociation: Encodable {
    let task: String
    /// The checkpoint, or two of them: then what changed is compared.
    let from: String
    let to: String?
    let heads: Int
    let correlation, low, high: Double?
    let p: Double
    let withinLayers, withinLayersLow, withinLayersHigh, withinLayersP: Double?

    private init(_ found: HeadAssociation, task: String, from: String, to: String?) {
        (self.task, self.from, self.to, heads) = (task, from, to, found.heads)
        (correlation, p) = (found.overall.value, found.overall.p)
        (low, high) = (found.overall.interval?.low, found.overall.interval?.high)
        (withinLayers, withinLayersP) = (found.withinLayers?.value, found.withinLayers?.p)
        withinLayersLow = found.withinLayers?.interval?.low
        withinLayersHigh = found.withinLayers?.interval?.high
    }

    /// What is read off before with the activation at the task's first checkpoint; and, where both changed, the changes.
    ///
    /// - Parameter patterns: the task's checkpoints with their patterns, in the order of training.
    static func all(
        _ record: ProbeRecord, task: String, _ patterns: [(checkpoint: String, pattern: Pattern)], seed: Int
    ) throws -> [PatternAssociation] {
        guard let (first, before) = patterns.first, let read = record.heads({ -$0.logLoss }) else {
            return []
        }
        guard read.heads == before.heads, read.layers <= before.layers else {
            throw UnusableData(
                description:
                    "The probes are of \(read.layers) layers of \(read.heads) heads, but \(task) was measured on "
                    + "\(before.layers) layers of \(before.heads); give both of one model.")
        }
        func shares(_ pattern: Pattern) -> [Double]? {
            pattern.normalizedActivation.map { Array($0.prefix(read.values.count)) }
        }
        guard let start = shares(before) else { return [] }
        var found =
            HeadAssociation(read.values, with: start, heads: read.heads, seed: seed).map {
                [PatternAssociation($0, task: task, from: first, to: nil)]
            } ?? []
        if let (last, after) = patterns.last, last != first, let end = shares(after),
            let gained = record.changedHeads({ $0.logLossDifference.map { -$0 } }),
            gained.values.count == start.count
        {
            found +=
                HeadAssociation(
                    gained.values, with: zip(end, start).map(-), heads: read.heads, seed: seed
                ).map { [PatternAssociation($0, task: task, from: first, to: last)] } ?? []
        }
        return found
    }

    /// In a sentence.
    var sentence: String {
        func figures(_ value: Double?, _ low: Double?, _ high: Double?, _ p: Double?) -> String {
            "\(fixed(value, decimals: 2)) [\(fixed(low, decimals: 2)), \(fixed(high, decimals: 2))], p = "
                + significant(p, digits: 2)
        }
        let within = withinLayers.map { _ in
            "; within layers \(figures(withinLayers, withinLayersLow, withinLayersHigh, withinLayersP))"
        }
        return associationSentence(
            of: to == nil
                ? "heads off which more can be read" : "heads off which more can be read than before",
            with: to.map { "those whose share of \(task) rose from \(from) to \($0)" }
                ?? "those that \(task) uses most at \(from)",
            figures: "rank correlation over \(heads) heads \(figures(correlation, low, high, p))"
                + (within ?? ""),
            correlation: withinLayers ?? correlation ?? 0, p: withinLayersP ?? p)
    }
}
