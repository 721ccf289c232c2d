import HeadActivation
import Reports
import Statistics

/// What a file holds.
func listTable(_ list: [MeasurementSummary]) -> Table {
    var table = Table([
        .text("task"), .text("checkpoint"), .number("examples"), .number("layers"), .number("heads"),
        .text("model"), .text("adapter"), .text("method"), .text("reduction"), .text("created"),
    ])
    for item in list {
        let provenance = item.provenance
        table.add([
            item.task, item.checkpoint + (provenance.shard.map { " (shard \($0))" } ?? ""),
            "\(item.examples)", "\(item.layers)", "\(item.heads)",
            provenance.model,
            provenance.adapter ?? "–", provenance.method, provenance.reduction, provenance.created,
        ])
    }
    return table
}

/// The statistics of each measurement with their intervals.
func statisticsTable(_ digests: [PatternDigest]) -> Table {
    var table = Table([
        .text("task"), .text("checkpoint"), .number("examples"), .number("loss"), .number("activation"),
        .number("Gini"), .number("variation"), .number("kurtosis"), .number("top head"),
        .number("reliability"),
    ])
    for digest in digests {
        let statistics = digest.statistics
        let total = digest.pattern.activation.reduce(0) { $0 + Double($1) }
        table.add([
            digest.summary.task, digest.summary.checkpoint, "\(digest.summary.examples)",
            fixed(statistics.meanLoss, decimals: 3), significant(total),
            written(statistics.gini) { fixed($0, decimals: 3) },
            written(statistics.variation) { fixed($0, decimals: 2) },
            written(statistics.kurtosis) { fixed($0, decimals: 1) },
            written(statistics.topShare) { percent($0) },
            written(statistics.reliability) { fixed($0, decimals: 3) },
        ])
    }
    return table
}

/// The statistics in their other forms, and what they rest on.
func otherFormsTable(_ digests: [PatternDigest]) -> Table {
    let top = digests.first?.statistics.top ?? 0
    var table = Table([
        .text("task"), .text("checkpoint"), .number("variation, n − 1"), .number("kurtosis, Pearson"),
        .number("kurtosis, unbiased"), .number("top \(top) heads"), .number("supervised tokens"),
        .number("examples for 0.98"),
    ])
    for digest in digests {
        let statistics = digest.statistics
        table.add([
            digest.summary.task, digest.summary.checkpoint,
            written(statistics.sampleVariation) { fixed($0, decimals: 2) },
            written(statistics.pearsonKurtosis) { fixed($0, decimals: 1) },
            written(statistics.unbiasedKurtosis) { fixed($0, decimals: 1) },
            written(statistics.topShareOfSeveral) { percent($0) },
            fixed(statistics.meanSupervisedTokens, decimals: 1),
            statistics.examplesNeeded.map { "\($0)" } ?? "–",
        ])
    }
    return table
}

/// Each layer's share of the activation at several checkpoints.
func layersTable(_ digests: [PatternDigest]) -> Table {
    var table = Table([.text("layer")] + digests.map { .number($0.summary.checkpoint) })
    for layer in 0..<(digests.first?.pattern.layers ?? 0) {
        table.add(
            ["L\(layer)"]
                + digests.map { digest in
                    layer < digest.statistics.layers.count
                        ? written(digest.statistics.layers[layer]) { percent($0) } : "–"
                })
    }
    return table
}

/// The strongest heads of a measurement.
func strongestTable(_ digest: PatternDigest, count: Int) -> Table {
    var table = Table([
        .text("head"), .number("activation"), .number("share"), .number("signed ± s.e."), .number("t"),
        .number("q"), .text("reading"),
    ])
    for figures in digest.strongest(count) {
        table.add([
            "L\(figures.layer).H\(figures.head)", significant(figures.activation), percent(figures.share),
            "\(significant(figures.signed)) ± \(significant(figures.standardError, digits: 2))",
            fixed(figures.t, decimals: 1), significant(figures.q, digits: 2), figures.reading.rawValue,
        ])
    }
    return table
}

/// The activation of each head, a row for each layer.
func activationTable(_ pattern: Pattern) -> Table {
    var table = Table([.text("layer")] + (0..<pattern.heads).map { .number("H\($0)") })
    for layer in 0..<pattern.layers {
        let row = pattern.activation[pattern.grid.numbers(layer: layer)]
        table.add(["L\(layer)"] + row.map { significant(Double($0)) })
    }
    return table
}

/// A statistic with its interval.
func written(_ estimate: Estimate, _ number: (Double?) -> String) -> String {
    guard let interval = estimate.interval else { return number(estimate.value) }
    return "\(number(estimate.value)) [\(number(interval.low)), \(number(interval.high))]"
}
