import ArgumentParser
import Foundation
import HeadActivation
import Kernels
import Knowledge
import Records
import Reports

/// `patterns select`
struct PatternsSelect: AsyncParsableCommand, TableCommand {
    static let configuration = CommandConfiguration(
        commandName: "select",
        abstract: "Select from a pool the training examples that use the same heads as a target task.",
        discussion: """
            The pool must be measured in the same file as the target (attribute --data POOL.jsonl --task NAME). Examples are \
            ranked by the correlation of their pattern with the target's, after removing the pool's mean pattern, and \
            chosen by maximal marginal relevance. The table compares the choice with random examples, random examples of \
            the same lengths, those with the largest loss, with --target-data those with similar words (TF-IDF), and with \
            --encoder those with similar meaning (sft-probe model pull all-minilm-l6-v2).

            Example: sft-probe patterns select patterns.h5 --pool pool.jsonl --target gsm8k --count 500 \
            --output selected.jsonl
            """)

    @Argument(
        help: "The HDF5 file of measurements, as `attribute` or `train` writes it.", completion: .file())
    var file: String
    @Option(help: "Examples of the pool (JSON lines).") var pool: String
    @Option(help: "Task name of the pool's measurement (default: the name of its file).") var poolTask:
        String?
    @Option(help: "The target task.") var target: String
    @Option(help: "Examples of the target, to compare words and meaning (default: not compared).")
    var targetData: String?
    @Option(
        help:
            "Sentence encoder, to compare meaning: a folder or the name of a pulled model (default: not compared).",
        completion: .file()
    )
    var encoder: String?
    @Option(help: "Checkpoint label at which pool and target were measured.") var checkpoint = "base"
    @Option(help: "Number of examples to select.") var count: Int
    @Option(
        help:
            "λ of maximal marginal relevance: 1 selects by similarity alone; less also avoids examples like those already selected."
    )
    var balance = 0.7
    @Option(help: "File to write the selected lines to, unchanged (default: none).", completion: .file())
    var output: String?
    @Option(help: "Random seed of the control selections.") var seed = 0
    @Flag(help: "Allow measurements made with different models, chat templates, reductions or precisions.")
    var allowMismatch = false
    @Flag(help: "Print the result as JSON.") var json = false
    @OptionGroup(title: "General") var tables: TableOptions
    @OptionGroup(title: "General") var config: ConfigOption

    func validate() throws {
        guard count > 0 else { throw ValidationError("--count is \(count), but must be above zero.") }
        guard encoder == nil || targetData != nil else {
            throw ValidationError(
                "--encoder compares with the target's examples; give them with --target-data.")
        }
        guard (0...1).contains(balance) else {
            throw ValidationError("--balance is \(balance), but must lie between 0 and 1.")
        }
    }

    func run() async throws {
        try prepare(
            outputs: named("--output", output),
            reading: named("the measurements", file) + named("--pool", pool)
                + named("--target-data", targetData) + named("--encoder", encoder))
        let found = try MeasuredPool(
            at: pool, named: poolTask, in: PatternFile(file), target: target, checkpoint: checkpoint,
            count: count, allowMismatch: allowMismatch)
        let examples = found.examples
        let choices = SelectionChoices(
            pool: found.measurement, examples: examples, scores: found.scores, count: count, balance: balance,
            likeness: try await likeness(of: examples.map(\.content.wholeText)), seed: seed)
        if let output { try writeLines(choices.chosen.map { examples[$0].line }, of: pool, to: output) }
        if json {
            return print(
                try jsonText(SelectionJSON(choices, target: target, pool: found.task, output: output)))
        }
        print(choices.table.fitted)
        print(found.warnings.map { $0 + "\n" }.joined(), terminator: "")
        if let output {
            print("\(output): \(count) of \(examples.count) examples of \(pool), best first.")
        }
    }

    /// How like the target's nearest example each text is, by words and by meaning; none without the target's examples.
    private func likeness(of texts: [String]) async throws -> [(name: String, similarities: [Double])] {
        guard let targetData else { return [] }
        let goals = try openExamples(targetData).map(\.content.wholeText)
        let words = textSimilarities(texts, to: goals)
        guard let encoder else { return [("similar words", words)] }
        let vectors = try await openEncoder(encoder).vectors(
            of: texts + goals, packTokens: 2048, workers: ProcessInfo.processInfo.activeProcessorCount
        ).vectors
        let meanings = nearestSimilarities(
            Array(vectors.prefix(texts.count)), to: Array(vectors.dropFirst(texts.count)))
        return [("similar words", words), ("similar meaning", meanings)]
    }
}

/// Copies lines of a file, counted from 1, in the given order.
func writeLines(_ numbers: [Int], of source: String, to path: String) throws {
    guard let data = FileManager.default.contents(atPath: source) else {
        throw RecordError.missing(path: source)
    }
    let lines = data.split(separator: 0x0A, omittingEmptySubsequences: false)
    var chosen = Data()
    for number in numbers {
        let line = lines[number - 1]
        chosen += line.last == 0x0D ? line.dropLast() : line
        chosen.append(0x0A)
    }
    try writeWhole(chosen, to: path)
}
