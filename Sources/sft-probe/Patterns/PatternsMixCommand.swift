import Files
import Kernels
import ArgumentParser
import Foundation
import HeadActivation
import Records
import Reports
import Runs
import Statistics

/// `patterns mix`
struct PatternsMix: ParsableCommand, TableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mix",
        abstract:
            "Turn a composition into a two-stage training plan: a mixture of basic tasks, then the complex task.",
        discussion: """
            Each basic task gets examples in proportion to its coefficient, --total in all (largest-remainder rounding). With \
            --data and --output, writes a folder with preparatory.jsonl (stage one) and plan.json; stage two trains on the \
            complex task's own examples. Takes the options of `patterns compose` and prints its verdict too.

            Example: sft-probe patterns mix patterns.h5 --target sgsm --basics gsm8k,code --total 1000 \
            --data gsm8k=gsm8k.jsonl --data code=code.jsonl --target-data sgsm.jsonl --output mix
            """)

    @Argument(
        help: "The HDF5 file of measurements, as `attribute` or `train` writes it.", completion: .file())
    var file: String
    @Option(help: "Number of examples in the preparatory set.") var total: Int
    @Option(
        help: "Examples of a basic task, as task=file.jsonl; may be repeated (default: none).",
        completion: .file()) var data: [String] =
            []
    @Option(help: "Examples of the complex task, for stage two (default: none).") var targetData: String?
    @Option(
        help: "Output folder for set and plan; created if missing (default: print only).", completion: .file()
    ) var output: String?
    @Flag(help: "Repeat examples of a file that has too few.") var `repeat` = false
    @OptionGroup var options: CompositionOptions
    @OptionGroup(title: "General") var tables: TableOptions
    @OptionGroup(title: "General") var config: ConfigOption

    func validate() throws {
        guard (1...100_000_000).contains(total) else {
            throw ValidationError("--total is \(total), but must lie between 1 and 100000000.")
        }
        guard (output == nil) == data.isEmpty else {
            throw ValidationError(
                "--data and --output go together: the set is made of the first and written to the other.")
        }
        guard data.isEmpty || Set(files.keys) == Set(options.basicTasks) && files.count == data.count else {
            throw ValidationError(
                "--data must name each of \(options.basicTasks.joined(separator: ", ")) once, as task=file.jsonl."
            )
        }
    }

    private var files: [String: String] {
        let pairs = data.compactMap { text in
            text.firstIndex(of: "=").map { (String(text[..<$0]), String(text[text.index(after: $0)...])) }
        }
        return Dictionary(pairs) { first, _ in first }
    }

    func run() throws {
        if let output {
            try makeFolder(output)
            try prepare(
                outputs: ["preparatory.jsonl", "plan.json"].map {
                    NamedPath("\($0) in --output", "\(output)/\($0)")
                },
                reading: named("the measurements", file) + named("--target-data", targetData)
                    + files.values.map { NamedPath("--data", $0) })
        }
        let composed = try ComposedTask(options.request, in: PatternFile(file))
        let shares = composed.composition.shares.map { $0.value ?? 0 }
        guard shares.contains(where: { $0 > 0 }) else {
            throw PatternError.insufficient(
                "No basic task has a factor above zero in \(options.target), so there is nothing to weigh; "
                    + "give other --basics.")
        }
        let counts = apportioned(total, by: shares)
        let plan = MixturePlan(
            target: options.target, total: total, tasks: options.basicTasks, shares: shares, counts: counts,
            files: files, targetData: targetData, output: output, verdict: verdictText(composed.composition))
        if let output { try writeSet(plan, to: output) }
        if options.analysis.json { return print(try jsonText(plan)) }
        print(plan.table.fitted)
        print((composed.warnings + [plan.verdict] + plan.stages.map(\.sentence)).joined(separator: "\n"))
    }

    private func writeSet(_ plan: MixturePlan, to folder: String) throws {
        var generator = SeededGenerator(seed: options.analysis.seed, stream: -4)
        var lines: [ExampleRecord] = []
        for part in plan.parts {
            guard let path = part.data else { continue }
            let examples = try openExamples(path)
            guard let places = drawn(part.count, of: examples.count, repeating: `repeat`, using: &generator)
            else {
                throw PatternError.insufficient(
                    "\(path) holds \(examples.count) examples, but \(part.count) of \(part.task) are wanted; "
                        + "give more, a smaller --total, or --repeat.")
            }
            lines += places.enumerated().map { turn, place in
                let copy = turn / max(1, examples.count)
                let id = "\(part.task)/\(examples[place].id)" + (copy > 0 ? "/\(copy + 1)" : "")
                return ExampleRecord(example: examples[place], id: id, task: part.task)
            }
        }
        if let first = lines.first,
            let other = lines.first(where: { $0.example.content.shape != first.example.content.shape })
        {
            throw PatternError.insufficient(
                "The files of \(first.task) and \(other.task) have different shapes (\(first.example.content.shape), "
                    + "\(other.example.content.shape)), which one file cannot hold; bring them into one shape."
            )
        }
        let writer = try JSONLinesWriter(path: folder + "/preparatory.jsonl")
        for line in lines.shuffled(using: &generator) { try writer.write(line) }
        try writer.finish()
        try writeWhole(Data((try jsonText(plan) + "\n").utf8), to: folder + "/plan.json")
    }
}

func makeFolder(_ path: String) throws {
    do {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch { throw CannotCreate(path: path, reason: error.localizedDescription) }
}
