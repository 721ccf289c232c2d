import ArgumentParser
import HeadActivation
import Reports

/// `patterns merge`
struct PatternsMerge: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge", abstract: "Merge measurements of several files into one, and join shards.",
        discussion: """
            All n shards of a measurement (attribute --shard i/n) are joined in the order of the data file; the result equals \
            a measurement without shards. Other measurements are copied unchanged.

            Example: sft-probe patterns merge part-1.h5 part-2.h5 --output patterns.h5
            """)

    @Argument(help: "HDF5 files of measurements.", completion: .file()) var files: [String]
    @Option(help: "HDF5 file to write to; created if missing.", completion: .file()) var output: String
    @Flag(help: "Overwrite measurements that the output already holds.") var replace = false
    @Flag(help: "Print the result as JSON.") var json = false
    @OptionGroup(title: "General") var config: ConfigOption

    func run() throws {
        try prepare(measurements: output, reading: [])
        let merged = try PatternFile(output).merge(files.map { PatternFile($0) }, replacing: replace)
        if json {
            let items = merged.map {
                MergedJSON(task: $0.task, checkpoint: $0.checkpoint, shards: $0.shards, examples: $0.examples)
            }
            return print(try jsonText(items))
        }
        for item in merged {
            let how = item.shards == 0 ? "copied" : "joined from \(item.shards) shards"
            print("\(item.task) at \(item.checkpoint): \(how), \(item.examples) examples")
        }
    }

    private struct MergedJSON: Encodable {
        let task, checkpoint: String
        let shards, examples: Int
    }
}

/// `patterns remove`
struct PatternsRemove: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove a measurement from a file.",
        discussion: "Example: sft-probe patterns remove patterns.h5 --task gsm8k --checkpoint step-000050")

    @Argument(
        help: "The HDF5 file of measurements, as `attribute` or `train` writes it.", completion: .file())
    var file: String
    @Option(help: "Task of the measurement.") var task: String
    @Option(help: "Checkpoint label of the measurement.") var checkpoint: String
    @Flag(help: "Print the result as JSON.") var json = false
    @OptionGroup(title: "General") var config: ConfigOption

    func run() throws {
        try PatternFile(file).remove(task: task, checkpoint: checkpoint)
        if json { return print(try jsonText(["removed": "\(task)/\(checkpoint)"])) }
        print("Removed \(task) at \(checkpoint).")
    }
}
