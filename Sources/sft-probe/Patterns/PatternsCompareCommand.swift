public import ArgumentParser
import HeadActivation
import Reports
public import Statistics

/// `patterns compare`
struct PatternsCompare: ParsableCommand, TableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare", abstract: "Show how activation patterns changed between two checkpoints.",
        discussion: """
            Both checkpoints must have been measured with the same settings on the same data. "Moved" is the share of the \
            activation that went to other heads. Two kinds of chance are shown: swapping before and after within examples (a \
            permutation test, which decides the verdict), and measuring one checkpoint on other examples. The table lists heads \
            whose share changed, at a false discovery rate. The common mode is the mean pattern of the other tasks at the first \
            checkpoint. docs/how-sure.md has the statistics.

            Example: sft-probe patterns compare patterns.h5 --task gsm8k --from base --to final
            """)

    @Argument(
        help: "The HDF5 file of measurements, as `attribute` or `train` writes it.", completion: .file())
    var file: String
    @Option(help: "Only this task (default: all tasks with more than one checkpoint).") var task: String?
    @Option(help: "The earlier checkpoint (default: the task's first).") var from: String?
    @Option(help: "The later checkpoint (default: the task's last).") var to: String?
    @Option(help: "False discovery rate at which changed heads are listed.") var rate = 0.05
    @Option(help: "Number of heads to show that gained, and of those that lost.") var top = 10
    @Option(help: "Moved share below which a change counts as none.") var margin = TaskChange
        .margin
    @Option(
        help:
            "False discovery control: bh (Benjamini-Hochberg) or by (Benjamini-Yekutieli, valid for any dependence)."
    )
    var control = FalseDiscovery.bh
    @OptionGroup var options: AnalysisOptions
    @OptionGroup(title: "General") var tables: TableOptions
    @OptionGroup(title: "General") var config: ConfigOption

    func validate() throws {
        guard rate > 0, rate < 1 else {
            throw ValidationError("--rate is \(rate), but must lie between 0 and 1.")
        }
        guard margin > 0, margin < 1 else {
            throw ValidationError("--margin is \(margin), but must lie between 0 and 1.")
        }
        guard top >= 0 else { throw ValidationError("--top is \(top), but must not be negative.") }
    }

    func run() throws {
        let changes = try taskChanges(in: PatternFile(file))
        if options.json { return print(try jsonText(changes.map { ChangeJSON($0) })) }
        if changes.isEmpty {
            return print(
                "Nothing to compare: no chosen task has two checkpoints. Measure one again after training, with --checkpoint."
            )
        }
        print(changes.flatMap(\.summary).joined(separator: "\n") + "\n")
        print(changeTable(changes).fitted)
        if let table = specificChangeTable(changes) { print(table.fitted) }
        for change in changes {
            if let trajectory = change.trajectory {
                print("\(change.task), checkpoint by checkpoint. \(settling(trajectory, change.verdict))")
                print(trajectoryTable(trajectory).fitted)
            }
            print(headsOfChange(change))
            for table in gainedAndLostTables(change, top: top) where top > 0 {
                print(table.fitted)
            }
        }
        let remarks = changes.compactMap(\.spread) + changes.flatMap(\.warnings)
        if !remarks.isEmpty { print(remarks.joined(separator: "\n")) }
    }

    private func taskChanges(in file: PatternFile) throws -> [TaskChange] {
        let file = try PatternReader(file)
        let list = try file.list(task: task, checkpoint: nil)
        let names: [String] = list.map(\.task).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
        let changes = try names.compactMap { name -> TaskChange? in
            let held = list.filter { $0.task == name }.map(\.checkpoint)
            let wanted = [from, to].compactMap(\.self)
            guard task != nil || wanted.allSatisfy({ held.contains($0) }) else { return nil }
            return try TaskChange(
                name, in: file, from: from, to: to, allowMismatch: options.allowMismatch,
                resamples: options.resamples, seed: options.seed, margin: margin, rate: rate, control: control
            )
        }
        return TaskChange.decided(changes)
    }
}

extension FalseDiscovery: ExpressibleByArgument {}
