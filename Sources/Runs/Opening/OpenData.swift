public import Examples
import Foundation
import ModelHub
public import Records
import Tokenization
import Transformers

/// How a data file is read.
public struct ReadingPlan: Codable, Sendable, Equatable {
    /// Whether invalid lines and conversations are skipped and listed; the first one ends the run otherwise.
    public var skipsBadLines: Bool
    /// Keys of records and messages that are ignored.
    public var ignoredFields: [String]
    /// Only this many examples from the start of the file are used; nil: all.
    public var limit: Int?

    enum CodingKeys: String, CodingKey {
        case limit
        case skipsBadLines = "skip_bad_lines"
        case ignoredFields = "ignore_fields"
    }

    /// A way to read; by default all of a file, every line of which must be good.
    public init(skipsBadLines: Bool = false, ignoredFields: [String] = [], limit: Int? = nil) {
        (self.skipsBadLines, self.ignoredFields, self.limit) = (skipsBadLines, ignoredFields, limit)
    }

    /// How many of the examples that were cut are named; the others are counted.
    private static let cutsNamed = 20

    /// The examples of the file as tokens; what was left out or cut is said.
    public func open(
        _ data: String, _ model: OpenModel, _ computing: Computing, _ observer: RunObserver = RunObserver()
    ) throws -> OpenData {
        let file = try readExamples(at: data, reading)
        let (examples, rejects) = try encoded(file, of: data, observer) { (records) throws(ExampleError) in
            try Examples.encode(
                records, with: model.tokenizer, contextLength: model.decoder.contextLength,
                vocabulary: model.decoder.vocabulary, encoding(computing))
        }
        let (records, bad) = (file.records, file.rejects)
        let cut = examples.filter { $0.cut > 0 }
        for example in cut.prefix(Self.cutsNamed) {
            observer.warn(
                "cut: \(data), line \(example.line) (id \(example.id)): it is longer than the model's context of "
                    + "\(model.decoder.contextLength); \(example.cut) tokens were cut from the left"
                    + (example.answersCut > 0
                        ? ", \(example.answersCut) answers with their questions." : " of its prompt."))
        }
        if cut.count > Self.cutsNamed {
            observer.warn("cut: \(data): so were \(cut.count - Self.cutsNamed) more examples.")
        }
        guard !examples.isEmpty else {
            throw UnusableData(
                description: records.isEmpty
                    ? "\(data) holds no examples; give a file with at least one record."
                    : "\(data) holds no example that can be used: \(rejects.first.map { "\($0)" } ?? "all were left out")"
            )
        }
        let supervised = examples.reduce(0) { $0 + $1.sequence.targetCount }
        observer.remark(
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
        for note in decided { observer.remark(note) }
        var template: String?
        if case .conversation = records.first?.content { template = model.tokenizer.chatTemplate }
        let date = template.flatMap { _ in computing.template.printed(by: model.tokenizer) }
        if date != nil { model.sayDate(computing.template, observer.remark) }
        return OpenData(
            path: data, examples: examples, records: records,
            templateSHA256: template.map { sha256(of: Data($0.utf8)) }, templateDate: date,
            leftOut: rejects.count + bad.count, notes: file.notes + decided)
    }

    /// The same for another file, of which all examples are wanted.
    public var withoutLimit: ReadingPlan {
        ReadingPlan(skipsBadLines: skipsBadLines, ignoredFields: ignoredFields)
    }

    /// How records are read.
    public var reading: RecordReading {
        RecordReading(skipsBadLines: skipsBadLines, ignoredKeys: Set(ignoredFields), limit: limit)
    }

    /// How records become tokens.
    func encoding(_ computing: Computing) -> ExampleEncoding {
        ExampleEncoding(skipsBadConversations: skipsBadLines, now: computing.template.now)
    }

    /// The records of a file as tokens, and those that cannot be; how the file was read and what was left out is said.
    func encoded<Record, Encoded>(
        _ file: RecordFile<Record>, of data: String, _ observer: RunObserver,
        _ encode: ([Record]) throws(ExampleError) -> ([Encoded], [RejectedExample])
    ) throws -> (encoded: [Encoded], rejects: [RejectedExample]) {
        say(file.notes, file.rejects, observer)
        let (encoded, rejects): ([Encoded], [RejectedExample])
        do throws(ExampleError) {
            (encoded, rejects) = try encode(file.records)
        } catch {
            throw UnusableData(description: "\(data), \(error)")
        }
        if let fault = TokenizerFault.first { throw fault }
        for reject in rejects { observer.warn("left out: \(data), \(reject)") }
        return (encoded, rejects)
    }

    /// Says how a file was read, and what was left out.
    package func say(_ notes: [String], _ rejects: [RecordError], _ observer: RunObserver) {
        for note in notes { observer.remark(note) }
        for reject in rejects { observer.warn("skipped: \(reject)") }
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
public struct OpenData: Sendable {
    /// The file.
    public let path: String
    /// The examples that can be used.
    public var examples: [EncodedExample]
    /// The records of the file, those included that could not be used.
    public let records: [Example]
    /// SHA-256 of the chat template that rendered them; nil where none did.
    public let templateSHA256: String?
    /// The date that it printed; nil where it printed none.
    public let templateDate: String?
    /// Records that were bad or could not be used.
    public let leftOut: Int
    /// How the file was read, in sentences.
    public let notes: [String]
}
