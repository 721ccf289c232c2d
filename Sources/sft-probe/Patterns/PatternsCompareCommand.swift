import ArgumentParser
import HeadActivation
import Reports
import Statistics

/// `patterns compare`
struct PatternsCompare: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare", abstract: "Show how patterns changed from one checkpoint to another.",
        discussion: """
            Both checkpoints must have been measured alike and on the same data. "Moved" is the part of the activation \
            that went to other heads; "by chance" is what two measurements of one state would show. Heads are listed \
            whose share changed, at a false discovery rate (Benjamini-Hochberg). The common mode is the mean pattern of \
            the other tasks at the first checkpoint.

            Example: sft-probe patterns compare patterns.h5 --task gsm8k --from base --to final
            """)

    @Argument(help: "The file of measurements (HDF5).") var file: String
    @Option(help: "Only this task; otherwise all that have more than one checkpoint.") var task: String?
    @Option(help: "The first checkpoint; otherwise the task's first.") var from: String?
    @Option(help: "The second checkpoint; otherwise the task's last.") var to: String?
    @Option(help: "The false discovery rate for listing heads.") var rate = 0.05
    @Option(help: "How many of the changed heads to show.") var top = 10
    @OptionGroup var options: AnalysisOptions

    func validate() throws {
        guard rate > 0, rate < 1 else {
            throw ValidationError("--rate is \(rate), but must lie between 0 and 1.")
        }
        guard top >= 0 else { throw ValidationError("--top is \(top), but must not be negative.") }
    }

    func run() throws {
        let changes = try taskChanges(in: PatternFile(file))
        if options.json { return print(try jsonText(changes.map { ChangeJSON($0, rate: rate) })) }
        if changes.isEmpty {
            return print(
                "No task has two checkpoints yet: measure one again after training, with --checkpoint.")
        }
        print(changeTable(changes).terminal)
        if let table = specificChangeTable(changes) { print(table.terminal) }
        for change in changes {
            if let trajectory = change.trajectory {
                print("\(change.task), checkpoint by checkpoint. \(settling(trajectory))")
                print(trajectoryTable(trajectory).terminal)
            }
            let heads = change.listed(rate: rate)
            print(
                "\(change.task): \(heads.count) of \(change.changed.count) heads changed their share (q ≤ \(rate))"
            )
            if top > 0, !heads.isEmpty { print(changedHeadsTable(heads.prefix(top)).terminal) }
        }
        print((changes.map(\.finding) + changes.flatMap(\.warnings)).joined(separator: "\n"))
    }

    private func taskChanges(in file: PatternFile) throws -> [TaskChange] {
        let list = try file.list(task: task, checkpoint: nil)
        let names: [String] = list.map(\.task).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
        return try names.compactMap { name in
            let held = list.filter { $0.task == name }.map(\.checkpoint)
            let wanted = [from, to].compactMap(\.self)
            guard task != nil || wanted.allSatisfy({ held.contains($0) }) else { return nil }
            return try TaskChange(
                name, in: file, from: from, to: to, allowMismatch: options.allowMismatch,
                resamples: options.resamples, seed: options.seed)
        }
    }
}

/// A change as `--json` prints it.
private struct ChangeJSON: Encodable {
    typealias Number = PatternJSON.Number
    typealias Range = PatternJSON.Range

    struct Head: Encodable {
        let layer, head: Int
        let before, after, t, p, q: Number
    }

    struct Distance: Encodable {
        let moved, meanSquare, meanSquareOfShares, pearson, spearman, cosine: Range

        init(_ distance: DistanceEstimates) {
            (moved, meanSquare) = (Range(distance.moved), Range(distance.meanSquare))
            meanSquareOfShares = Range(distance.meanSquareOfShares)
            (pearson, spearman) = (Range(distance.pearson), Range(distance.spearman))
            cosine = Range(distance.cosine)
        }
    }

    struct Point: Encodable {
        let checkpoint: String
        let step: Int?
        let progress, movedFromBase, pearsonWithBase, movedFromPrevious, pearsonWithPrevious: Number
        let movedToFinal, pearsonWithFinal: Number
        let progressInterval: Range
        let fromBase, toFinal: Distance
        let fromPrevious: Distance?
    }

    let task, from, to, finding: String
    let layers, heads: Int
    let difference, differenceOfShares: [Number]
    let moved, meanSquare, meanSquareOfShares, pearson, spearman, cosine: Range
    let movedByChance, pearsonWithoutCommonMode, spearmanWithoutCommonMode, cosineWithoutCommonMode: Number
    let withoutCommonMode: Distance?
    let changedHeads: [Head]
    let trajectory: [Point]
    let settledBy, settledEarliest, settledLatest: String?
    let warnings: [String]

    init(_ item: TaskChange, rate: Double) {
        let change = item.change
        (task, from, to, finding) = (item.task, item.from, item.to, item.finding)
        (layers, heads) = (item.layers, item.heads)
        difference = change.difference.map { Number($0) }
        differenceOfShares = (change.differenceOfShares ?? []).map { Number($0) }
        let distance = Distance(change.distance)
        (moved, meanSquare) = (distance.moved, distance.meanSquare)
        meanSquareOfShares = distance.meanSquareOfShares
        (pearson, spearman, cosine) = (distance.pearson, distance.spearman, distance.cosine)
        movedByChance = Number(change.movedByChance)
        withoutCommonMode = change.withoutCommonMode.map { Distance($0) }
        pearsonWithoutCommonMode = Number(change.withoutCommonMode?.pearson.value)
        spearmanWithoutCommonMode = Number(change.withoutCommonMode?.spearman.value)
        cosineWithoutCommonMode = Number(change.withoutCommonMode?.cosine.value)
        changedHeads = item.listed(rate: rate).map { head in
            Head(
                layer: head.layer, head: head.head, before: Number(head.before), after: Number(head.after),
                t: Number(head.t), p: Number(head.p), q: Number(head.q))
        }
        trajectory = (item.trajectory?.points ?? []).map { point in
            Point(
                checkpoint: point.checkpoint, step: point.step, progress: Number(point.progress.value),
                movedFromBase: Number(point.fromBase.moved.value),
                pearsonWithBase: Number(point.fromBase.pearson.value),
                movedFromPrevious: Number(point.fromPrevious?.moved.value),
                pearsonWithPrevious: Number(point.fromPrevious?.pearson.value),
                movedToFinal: Number(point.toFinal.moved.value),
                pearsonWithFinal: Number(point.toFinal.pearson.value),
                progressInterval: Range(point.progress), fromBase: Distance(point.fromBase),
                toFinal: Distance(point.toFinal), fromPrevious: point.fromPrevious.map { Distance($0) })
        }
        settledBy = item.trajectory?.checkpoint(reaching: 0.9)?.checkpoint
        let range = item.trajectory?.checkpoints(reaching: 0.9)
        (settledEarliest, settledLatest) = (range?.earliest.checkpoint, range?.latest.checkpoint)
        warnings = item.warnings
    }
}
