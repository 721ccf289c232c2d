import ArgumentParser
import HeadActivation
import Reports

/// `patterns`: what a file of measurements holds and what follows from it.
struct Patterns: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "patterns", abstract: "Analyze and manage a file of measurements.",
        subcommands: [
            PatternsList.self, PatternsShow.self, PatternsStats.self, PatternsMerge.self, PatternsRemove.self,
            PatternsExport.self, PatternsCompare.self, PatternsSimilarity.self, PatternsCompose.self,
            PatternsMix.self, PatternsSelect.self, PatternsAgree.self,
        ])
}

/// `patterns list`
struct PatternsList: ParsableCommand, TableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the measurements in a file.",
        discussion: "Example: sft-probe patterns list patterns.h5")

    @Argument(
        help: "The HDF5 file of measurements, as `attribute` or `train` writes it.", completion: .file())
    var file: String
    @Flag(help: "Print the result as JSON.") var json = false
    @OptionGroup(title: "General") var tables: TableOptions
    @OptionGroup(title: "General") var config: ConfigOption

    func run() throws {
        let list = try PatternFile(file).list()
        if json {
            print(try jsonText(PatternJSON(measurements: list.map { PatternJSON.Item($0) })))
        } else if list.isEmpty {
            print(advice(on: [], file: file)[0])
        } else {
            print(listTable(list).fitted, terminator: "")
            print(
                "\nFor concentration and strongest heads with their uncertainty: sft-probe patterns stats \(file)"
            )
        }
    }
}

/// `patterns stats`
struct PatternsStats: ParsableCommand, TableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract:
            "Show the concentration of activation patterns, their reliability and their strongest heads.",
        discussion: """
            Brackets are 95 % intervals of a bootstrap over examples, corrected for the noise that resampling adds (for the \
            reliability, of a jackknife). A negative signed score means that the loss would rise without the head.

            Example: sft-probe patterns stats patterns.h5 --task gsm8k --top 5
            """)

    @Argument(
        help: "The HDF5 file of measurements, as `attribute` or `train` writes it.", completion: .file())
    var file: String
    @Option(help: "Only this task (default: all tasks).") var task: String?
    @Option(help: "Only this checkpoint (default: all checkpoints).") var checkpoint: String?
    @Option(help: "Number of strongest heads to show.") var top = 10
    @Option(help: "Bootstrap resamples (over examples) for the intervals.") var resamples = 1000
    @Option(help: "Random seed.") var seed = 0
    @Flag(help: "Print the result as JSON.") var json = false
    @OptionGroup(title: "General") var tables: TableOptions
    @OptionGroup(title: "General") var config: ConfigOption

    func validate() throws {
        guard top >= 0 else { throw ValidationError("--top is \(top), but must not be negative.") }
        try requireResamples(resamples)
    }

    func run() throws {
        let digests = try PatternDigest.all(
            in: PatternFile(file), task: task, checkpoint: checkpoint, resamples: resamples, seed: seed,
            top: top)
        if json {
            let items = digests.map { PatternJSON.Item($0, strongest: top) }
            return print(try jsonText(PatternJSON(measurements: items)))
        }
        printStatistics(of: digests, in: file, top: top)
    }
}

/// Prints how concentrated patterns are, and their strongest heads.
func printStatistics(of digests: [PatternDigest], in file: String, top: Int) {
    if !digests.isEmpty {
        print(statisticsTable(digests).fitted)
        print(otherFormsTable(digests).fitted)
    }
    for digest in digests where top > 0 {
        print("Strongest heads of \(digest.summary.task) at \(digest.summary.checkpoint)")
        print(strongestTable(digest, count: top).fitted)
        if let map = activationMap(digest.pattern) {
            print("Activation of each head of \(digest.summary.task) at \(digest.summary.checkpoint)")
            StandardOutput.write((map + "\n").utf8)
        }
    }
    if top > 0, !digests.isEmpty { print(signRemarks(digests).joined(separator: " ") + "\n") }
    print(advice(on: digests, file: file).joined(separator: "\n"))
}

/// Refuses too few resamples for an interval.
func requireResamples(_ count: Int) throws {
    guard (100...1_000_000).contains(count) else {
        throw ValidationError("--resamples is \(count), but must lie between 100 and 1000000.")
    }
}
