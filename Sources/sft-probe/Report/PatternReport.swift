import Statistics
import HeadActivation
import Reports
import Runs

/// One page that shows the measurements of a file: what happened and what to do next, then head maps, statistics and
/// where they come from.
///
/// - Parameters:
///   - changes: what happened to tasks that were measured more than once; the page begins with it.
///   - results: sections that come before the tasks, on training and change; and what they add to the script's data.
///   - analysis: sections that come after them, on similarity and composition.
func patternReport(
    _ digests: [PatternDigest], changes: [TaskChange] = [], results: [PageBlock] = [],
    resultData: [HeadData] = [],
    analysis: [PageBlock] = [], file: String, resamples: Int
) -> Page {
    let names = tasks(of: digests)
    let findings = changes.flatMap(\.summary) + changes.compactMap(\.spread)
    let picture = differenceMaps(changes.filter { $0.verdict == .changed })
    var opening: [PageBlock] =
        findings.isEmpty ? [] : [.heading("In short", level: 2), .row([.list(findings)] + picture)]
    opening += [.heading("What to do next", level: 2), .list(advice(on: digests, file: file))]
    guard let first = digests.first else {
        return Page(
            title: results.isEmpty ? "No measurements yet" : "A training run", subtitle: file,
            opening: opening,
            blocks: results, data: resultData)
    }
    var blocks = results
    for task in names {
        blocks += taskSection(task, digests.filter { $0.summary.task == task }, among: digests)
    }
    blocks += analysis + statisticsSection(digests, resamples: resamples) + trustSection(digests)
    let count = "\(digests.count) measurement\(digests.count == 1 ? "" : "s")"
    return Page(
        title: "\(shortName(first.summary.provenance.model)): heads for \(listed(names))",
        subtitle: "\(file) · \(count) of \(names.count) task\(names.count == 1 ? "" : "s")",
        opening: opening, blocks: blocks, data: names.map { headData($0, digests, changes) } + resultData)
}

/// The last part of a model's path or name.
private func shortName(_ model: String) -> String {
    model.split(separator: "/").last.map(String.init) ?? model
}

/// The first names, and how many more there are.
private func listed(_ names: [String]) -> String {
    names.count <= 4
        ? names.joined(separator: ", ")
        : "\(names.prefix(3).joined(separator: ", ")) and \(names.count - 3) more tasks"
}

private func statisticsSection(_ digests: [PatternDigest], resamples: Int) -> [PageBlock] {
    [
        .heading("How concentrated the patterns are", level: 2),
        .table(
            statisticsTable(digests),
            caption:
                "In brackets: 95 % intervals from a bootstrap over examples, \(resamples) resamples, corrected for the noise "
                + "that examples add; of the reliability: from leaving out a twentieth at a time."),
        .table(otherFormsTable(digests), caption: "The same in other forms, and what it rests on."),
        .details(
            summary: "How to read these numbers",
            [
                .definitions([
                    ("loss", "mean over examples, in nats"),
                    (
                        "activation",
                        "sum over heads; it falls when training lowers the loss, so compare shares"
                    ),
                    ("Gini", "0: all heads alike; near 1: few heads do everything"),
                    ("variation", "standard deviation over heads, relative to their mean"),
                    (
                        "kurtosis",
                        "ruled by the single strongest head: read it with the next column, never alone"
                    ),
                    ("top head", "the strongest head's share of the whole activation"),
                    (
                        "reliability",
                        "the correlation to expect with the pattern of as many other examples; 0.98 is enough"
                    ),
                ])
            ]),
    ]
}

private func taskSection(_ task: String, _ digests: [PatternDigest], among all: [PatternDigest])
    -> [PageBlock]
{
    let shares = ColorScale.amounts(all.flatMap { $0.pattern.normalizedActivation ?? [] })
    let signed = ColorScale.signed(digests.flatMap { $0.pattern.signed.map { Double($0) } })
    var blocks: [PageBlock] = [
        .heading(task, level: 2),
        .heading("Activation: how much each head matters", level: 3),
        .paragraph(
            "A head's activation is the mean over examples of |∂loss/∂ξ|, where ξ scales the head's output: to first "
                + "order, how much the loss moves when the head is switched off. Colours show each head's share "
                + "of the whole and mean the same in every map of this page."),
        maps(digests.map { activationMap($0, scale: shares) }),
        .details(
            summary: "Each layer's share of the activation",
            [.table(layersTable(digests), caption: "In brackets: 95 % intervals.")]),
        .heading("Sign: which heads help and which hurt", level: 3),
        .paragraph(
            "Without the absolute value, examples that a head helps and examples that it hurts cancel. Negative "
                + "(blue): the loss would rise without the head, so it helps. Positive (red): it hurts."),
        maps(digests.map { $0.pattern.signedMap(of: task, $0.summary.checkpoint, scale: signed) }),
        .heading("Strongest heads", level: 3),
    ]
    blocks.append(
        .row(outermost(digests).map { .table(strongestTable($0, count: 10), caption: $0.summary.checkpoint) })
    )
    blocks.append(
        .paragraph(
            (["s.e. is the standard error of the mean over examples, t the mean over it."]
                + signRemarks(digests)).joined(separator: " ")))
    blocks += digests.flatMap(moduleBlocks)
    blocks += digests.map { .details(summary: "Where \($0.summary.checkpoint) comes from", [provenance($0)]) }
    blocks += outermost(digests).map { digest in
        .details(
            summary: "All activations of \(digest.summary.checkpoint) as numbers",
            [.table(activationTable(digest.pattern), caption: "Mean over examples of |∂loss/∂ξ|.")])
    }
    return blocks
}

/// Maps of a task beside each other; of many checkpoints only the first and the last are open at once.
private func maps(_ maps: [HeatMap]) -> PageBlock {
    guard maps.count > 6, let first = maps.first, let last = maps.last else {
        return .row(maps.map { .map($0) })
    }
    return .row([
        .map(first), .map(last),
        .details(
            summary: "All \(maps.count) checkpoints", [.row(maps.dropFirst().dropLast().map { .map($0) })]),
    ])
}

/// All checkpoints of a task, or where there are many its first and last: the slider has the numbers of the others.
private func outermost(_ digests: [PatternDigest]) -> [PatternDigest] {
    guard digests.count > 6, let first = digests.first, let last = digests.last else { return digests }
    return [first, last]
}

/// What a measurement holds beside heads.
private func moduleBlocks(_ digest: PatternDigest) -> [PageBlock] {
    var blocks: [PageBlock] = []
    if let modules = digest.modules {
        blocks += [
            .heading("Modules at \(digest.summary.checkpoint)", level: 3),
            .paragraph(
                "One gate on all of a module's output, its mean gradient over examples ± standard error; below zero the "
                    + "module helps. By what is computed, q equals k, and v the sum of the layer's heads."),
            .details(
                summary: "The modules of every layer",
                [.table(moduleTable(modules, layers: digest.pattern.layers), caption: "Mean ∂loss/∂ξ ± s.e.")]
            ),
        ]
    }
    if !digest.adapter.isEmpty {
        blocks += [
            .heading("Through the adapter at \(digest.summary.checkpoint)", level: 3),
            .paragraph(
                "A projection's output is the base weights' part and the adapter's; a gate on either tells how much of "
                    + "the score goes through it. The share is the adapter's of the mean sizes of both."),
            .table(adapterSummary(digest.adapter), caption: "All layers."),
            .table(
                adapterTable(digest.adapter, count: 10), caption: "Heads through whose adapter most goes."),
        ]
    }
    return blocks
}

func activationMap(_ digest: PatternDigest, scale: ColorScale) -> HeatMap {
    digest.pattern.activationMap(of: digest.summary.task, digest.summary.checkpoint, scale: scale)
}

private func provenance(_ digest: PatternDigest) -> PageBlock { .definitions(provenanceRows(digest.summary)) }
