import ArgumentParser
import Examples
import Files
import Foundation
import ModelHub
import Records
import Tokenizers
import Transformers

/// Flags that name a data file.
struct DataOptions: ParsableArguments {
    @Option(help: "Examples as JSON lines: prompt/completion, messages, alpaca, ShareGPT or text.") var data:
        String
    @OptionGroup var reading: DataReading

    /// What is read.
    var inputs: [NamedPath] { [NamedPath("--data", data)] }

    /// The examples of the file as tokens; what was left out or cut is said.
    func open(_ model: OpenModel, _ options: RunOptions) throws -> OpenData {
        try reading.open(data, model, options)
    }
}

/// Flags of how a data file is read.
struct DataReading: ParsableArguments {
    @Flag(help: "Leave bad lines out, and list them, instead of stopping at the first.") var skipBadLines =
        false
    @Option(help: "Only the first examples of the file.") var limit: Int?

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit is \(limit), but must be at least 1.") }
    }

    /// The examples of the file as tokens; what was left out or cut is said.
    func open(_ data: String, _ model: OpenModel, _ options: RunOptions) throws -> OpenData {
        let (records, bad) = try readExamples(at: data, skippingBadLines: skipBadLines)
        for reject in bad { standardError("skipped: \(reject)") }
        let (examples, rejects): ([EncodedExample], [RejectedExample])
        do throws(ExampleError) {
            (examples, rejects) = try encode(
                limit.map { Array(records.prefix($0)) } ?? records, with: model.tokenizer,
                contextLength: model.decoder.contextLength, vocabulary: model.decoder.vocabulary)
        } catch {
            throw UnusableData(description: "\(data), \(error)")
        }
        if let fault = TokenizerFault.first { throw fault }
        for reject in rejects { standardError("left out: \(data), \(reject)") }
        for example in examples where example.cut > 0 {
            standardError(
                "cut: \(data), line \(example.line) (id \(example.id)): it is longer than the model's context of "
                    + "\(model.decoder.contextLength); \(example.cut) tokens were cut from the left of its prompt."
            )
        }
        guard !examples.isEmpty else {
            throw UnusableData(
                description: records.isEmpty
                    ? "\(data) holds no examples; give a file with at least one record."
                    : "\(data) holds no example that can be used: \(rejects.first.map { "\($0)" } ?? "all were left out")"
            )
        }
        let supervised = examples.reduce(0) { $0 + $1.sequence.targetCount }
        options.remark(
            "\(data): \(examples.count) examples, \(examples.reduce(0) { $0 + $1.sequence.ids.count }) tokens, "
                + "\(supervised) of them supervised; left out \(rejects.count + bad.count)")
        var template: String?
        if case .conversation = records.first?.content { template = model.tokenizer.chatTemplate }
        return OpenData(
            examples: examples, records: records, templateSHA256: template.map { sha256(of: Data($0.utf8)) },
            leftOut: rejects.count + bad.count)
    }
}

/// The examples of a data file as tokens.
struct OpenData {
    var examples: [EncodedExample]
    /// The records of the file, those included that could not be used.
    let records: [Example]
    /// SHA-256 of the chat template that rendered them; nil where none did.
    let templateSHA256: String?
    /// Records that were bad or could not be used.
    let leftOut: Int
}
