public import Statistics
public import ArgumentParser
public import HeadActivation
import Reports

extension Similarity: ExpressibleByArgument {}
extension PatternScale: ExpressibleByArgument {}

/// `patterns similarity`
struct PatternsSimilarity: ParsableCommand, TableCommand {
    static let configuration = CommandConfiguration(
        commandName: "similarity",
        abstract: "Show which tasks use the same heads, and which heads are specific to a task.",
        discussion: """
            Shows, for each checkpoint, the similarity of every pair of tasks with its 95 % interval, a hierarchical \
            clustering of the tasks, and the most task-specific heads. All tasks share most of their pattern, so with \
            three or more tasks the similarity after removing the mean pattern (common mode) is shown too. The residuals \
            of T unrelated tasks correlate by about -1/(T - 1), not 0.

            Example: sft-probe patterns similarity patterns.h5 --checkpoint base
            """)

    @Argument(
        help: "The HDF5 file of measurements, as `attribute` or `train` writes it.", completion: .file())
    var file: String
    @Option(help: "Only this checkpoint (default: all with two or more tasks).") var checkpoint: String?
    @Option(help: "Similarity measure: pearson, spearman or cosine.") var measure = Similarity.pearson
    @Option(
        help:
            "How patterns are scaled: raw (nats), share (divided by their sum) or layer (each layer divided by its L2 norm)."
    ) var scale =
        PatternScale.raw
    @Option(help: "Number of most task-specific heads to show.") var top = 10
    @OptionGroup var options: AnalysisOptions
    @OptionGroup(title: "General") var tables: TableOptions
    @OptionGroup(title: "General") var config: ConfigOption

    func validate() throws {
        guard top >= 0 else { throw ValidationError("--top is \(top), but must not be negative.") }
    }

    func run() throws {
        let found = try taskComparisons(
            in: PatternFile(file), checkpoint: checkpoint, measure: measure, scale: scale,
            allowMismatch: options.allowMismatch,
            resamples: options.resamples, seed: options.seed)
        if options.json { return print(try jsonText(found.map { SimilarityJSON($0, top: top) })) }
        if found.isEmpty {
            print("No checkpoint has two tasks yet: measure another task with attribute --task.")
        }
        for item in found {
            print("Similarity at \(item.checkpoint) (\(measure.rawValue))")
            print(similarityTable(item.similarity.tasks, item.similarity.matrix).fitted)
            print(meanSimilarity(item) + "\n")
            if let specific = item.similarity.withoutCommonMode {
                print("The same without the common mode")
                print(similarityTable(item.similarity.tasks, specific).fitted)
            }
            print(
                "Tasks grouped by 1 − similarity\(item.similarity.withoutCommonMode == nil ? "" : ", without the common mode")"
            )
            print(item.tree.drawing(item.similarity.tasks) { fixed($0, decimals: 3) })
            if top > 0 {
                print("Heads that serve one task more than the others")
                print(specificityTable(item, count: top).fitted)
            }
            print(item.warnings.map { $0 + "\n" }.joined(), terminator: "")
        }
    }
}

/// A comparison of tasks as `--json` prints it.
private struct SimilarityJSON: Encodable {
    struct Head: Encodable {
        let layer, head: Int
        let task: String
        let specificity, certainty: PatternJSON.Number
        let parts: [PatternJSON.Number]
    }

    /// Two groups of tasks that join, and the distance at which they do; the nearest first.
    struct Join: Encodable {
        let first, second: [String]
        let distance: PatternJSON.Number
    }

    let checkpoint: String
    let tasks: [String]
    let matrix: [[PatternJSON.Range]]
    let withoutCommonMode: [[PatternJSON.Range]]?
    let mean: PatternJSON.Range
    let order: [String]
    let joins: [Join]
    let heads: [Head]
    let warnings: [String]

    init(_ item: TaskComparison, top: Int) {
        let similarity = item.similarity
        checkpoint = item.checkpoint
        tasks = similarity.tasks
        matrix = similarity.matrix.map { $0.map { PatternJSON.Range($0) } }
        withoutCommonMode = similarity.withoutCommonMode.map { $0.map { $0.map { PatternJSON.Range($0) } } }
        mean = PatternJSON.Range(similarity.mean)
        order = item.tree.leaves.map { similarity.tasks[$0] }
        joins = item.tree.joins.map { join in
            Join(
                first: join.first.map { similarity.tasks[$0] },
                second: join.second.map { similarity.tasks[$0] },
                distance: PatternJSON.Number(join.height))
        }
        heads = item.specificity.map { head in
            Head(
                layer: head.layer, head: head.head, task: similarity.tasks[head.task],
                specificity: PatternJSON.Number(head.specificity),
                certainty: PatternJSON.Number(head.certainty),
                parts: head.parts.map { PatternJSON.Number($0) })
        }
        warnings = item.warnings
    }
}
