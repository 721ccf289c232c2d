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
    @Option(
        help:
            "The examples (JSON lines or a JSON array): prompt/completion, messages, alpaca, ShareGPT or text records."
    ) var data: String
    @OptionGroup var reading: DataReading

    /// What is read.
    var inputs: [NamedPath] { [NamedPath("--data", data)] }

    /// The examples of the file as tokens; what was left out or cut is said.
    func open(_ model: OpenModel, _ options: RunOptions) throws -> OpenData {
        try reading.open(data, model, options)
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

    /// The examples of the file as tokens; what was left out or cut is said.
    func open(_ data: String, _ model: OpenModel, _ options: RunOptions) throws -> OpenData {
        let file = try readExamples(at: data, reading)
        let (records, bad) = (file.records, file.rejects)
        say(file.notes, bad, options)
        let (examples, rejects): ([EncodedExample], [RejectedExample])
        do throws(ExampleError) {
            (examples, rejects) = try encode(
                records, with: model.tokenizer, contextLength: model.decoder.contextLength,
                vocabulary: model.decoder.vocabulary,
                encoding(options))
        } catch {
            throw UnusableData(description: "\(data), \(error)")
        }
        if let fault = TokenizerFault.first { throw fault }
        for reject in rejects { standardError("left out: \(data), \(reject)") }
        for example in examples where example.cut > 0 {
            standardError(
                "cut: \(data), line \(example.line) (id \(example.id)): it is longer than the model's context of "
                    + "\(model.decoder.contextLength); \(example.cut) tokens were cut from the left"
                    + (example.answersCut > 0
                        ? ", \(example.answersCut) answers with their questions." : " of its prompt."))
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
        var decided: [String] = []
        let answersCut = examples.reduce(0) { $0 + $1.answersCut }
        if answersCut > 0 {
            decided.append("\(data): \(answersCut) answers are not learned, as their questions were cut away")
        }
        if let merged = mergedNote(examples.count(where: \.isMerged), of: data) { decided.append(merged) }
        let began = examples.count(where: \.hadBeginning)
        if began > 0 {
            decided.append(
                "\(data): \(began) texts begin with the token that begins a text; it was not added again")
        }
        for note in decided { options.remark(note) }
        var template: String?
        if case .conversation = records.first?.content { template = model.tokenizer.chatTemplate }
        let date = template.flatMap { _ in options.template.date(for: model.tokenizer) }
        if let date {
            options.remark("\(model.name): its chat template prints the date: \(date) (see --template-date)")
        }
        return OpenData(
            examples: examples, records: records, templateSHA256: template.map { sha256(of: Data($0.utf8)) },
            templateDate: date, leftOut: rejects.count + bad.count, notes: file.notes + decided)
    }

    /// The same for another file, of which all examples are wanted.
    var withoutLimit: DataReading {
        var reading = self
        reading.limit = nil
        return reading
    }

    /// How records are read.
    var reading: RecordReading {
        let ignored = ignoreFields?.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        return RecordReading(skipsBadLines: skipBadLines, ignoredKeys: Set(ignored ?? []), limit: limit)
    }

    /// How records become tokens.
    func encoding(_ options: RunOptions) -> ExampleEncoding {
        ExampleEncoding(skipsBadConversations: skipBadLines, now: options.template.now)
    }

    /// Says how a file was read, and what was left out.
    func say(_ notes: [String], _ rejects: [RecordError], _ options: RunOptions) {
        for note in notes { options.remark(note) }
        for reject in rejects { standardError("skipped: \(reject)") }
    }

    /// That tokens hold text of a prompt and of its answer; nil where none do.
    func mergedNote(_ count: Int, of data: String) -> String? {
        count == 0
            ? nil
            : "\(data): in \(count) examples the end of a prompt and the beginning of its answer are one token, which "
                + "counts as the answer's; end prompts where a token ends, without a space"
    }
}

/// The examples of a data file as tokens.
struct OpenData {
    var examples: [EncodedExample]
    /// The records of the file, those included that could not be used.
    let records: [Example]
    /// SHA-256 of the chat template that rendered them; nil where none did.
    let templateSHA256: String?
    /// The date that it printed; nil where it printed none.
    let templateDate: String?
    /// Records that were bad or could not be used.
    let leftOut: Int
    /// How the file was read, in sentences.
    let notes: [String]
}
