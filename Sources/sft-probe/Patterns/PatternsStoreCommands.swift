import ArgumentParser
import HeadActivation
import Reports

/// `patterns merge`
struct PatternsMerge: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge", abstract: "Bring measurements of several files into one, and join shards.",
        discussion: """
            Measurements of shards (attribute --shard i/n) are joined in the order of the data file, all n of them; \
            the result is that of measuring without shards. Other measurements are copied as they are.

            Example: sft-probe patterns merge part-1.h5 part-2.h5 --output patterns.h5
            """)

    @Argument(help: "Files of measurements (HDF5).") var files: [String]
    @Option(help: "The file to bring them into; made when there is none.") var output: String
    @Flag(help: "Replace what the output holds already.") var replace = false
    @Flag(help: "Print JSON.") var json = false

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

    @Argument(help: "The file of measurements (HDF5).") var file: String
    @Option(help: "The task.") var task: String
    @Option(help: "The checkpoint.") var checkpoint: String
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
        try PatternFile(file).remove(task: task, checkpoint: checkpoint)
        if json { return print(try jsonText(["removed": "\(task)/\(checkpoint)"])) }
        print("Removed \(task) at \(checkpoint).")
    }
}
