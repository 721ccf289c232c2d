import ArgumentParser
import Evaluation
import Examples
import Files
import Foundation
import Records
import Runs

/// Flags that name a data file.
struct DataOptions: ParsableArguments {
    @Option(
        help:
            "The examples (JSON lines or a JSON array): prompt/completion, messages, alpaca, ShareGPT or text records.",
        completion: .file()
    ) var data: String
    @OptionGroup var reading: DataReading

    /// What is read.
    var inputs: [NamedPath] { [NamedPath("--data", data)] }

    /// The examples of the file as tokens; what was left out or cut is said.
    func open(_ model: OpenModel, _ options: RunOptions) throws -> OpenData {
        try reading.plan.open(data, model, options.computing, options.observer)
    }
}

/// Flags for reading a data file.
struct DataReading: ParsableArguments {
    @Flag(help: "Skip and list invalid lines and conversations instead of stopping at the first one.")
    var skipBadLines = false
    @Option(
        help: ArgumentHelp(
            "Keys of records and messages to ignore, separated by commas: keys that are refused otherwise, or that the chat template is not to see (default: none).",
            valueName: "a,b"))
    var ignoreFields: String?
    @Option(help: "Use only this many examples from the start of the file (default: all).") var limit: Int?

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit is \(limit), but must be at least 1.") }
    }

    /// How a file is read.
    var plan: ReadingPlan {
        let ignored = ignoreFields?.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        return ReadingPlan(skipsBadLines: skipBadLines, ignoredFields: ignored ?? [], limit: limit)
    }
}
