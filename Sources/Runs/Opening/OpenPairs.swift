public import Examples
import Foundation
import ModelHub
import Records
import Tokenization
import Transformers

/// The pairs of a preference file as tokens.
public struct OpenPairs: Sendable {
    /// The file.
    public let path: String
    /// The pairs that can be used.
    public let pairs: [EncodedPreference]
    /// SHA-256 of the chat template that rendered them; nil where none did.
    public let templateSHA256: String?
    /// The date that it printed; nil where it printed none.
    public let templateDate: String?
    /// Records that were bad or could not be used.
    public let leftOut: Int
    /// How the file was read, in sentences.
    public let notes: [String]
}

extension ReadingPlan {
    /// The pairs of a preference file as tokens; what was left out is said.
    public func pairs(
        of data: String, _ model: OpenModel, _ computing: Computing, _ observer: RunObserver = RunObserver()
    ) throws -> OpenPairs {
        let file = try readPreferences(at: data, reading)
        let (pairs, rejects) = try encoded(file, of: data, observer) { (records) throws(ExampleError) in
            try Examples.encode(
                records, with: model.tokenizer, contextLength: model.decoder.contextLength,
                vocabulary: model.decoder.vocabulary, encoding(computing))
        }
        let (records, bad) = (file.records, file.rejects)
        guard !pairs.isEmpty else {
            throw UnusableData(
                description:
                    "\(data) holds no pair that can be used: \(rejects.first.map { "\($0)" } ?? "it has no records.")"
            )
        }
        let sides = pairs.flatMap { [$0.chosen, $0.rejected] }
        observer.remark(
            "\(data): \(pairs.count) pairs, \(sides.reduce(0) { $0 + $1.sequence.ids.count }) tokens, "
                + "\(sides.reduce(0) { $0 + $1.sequence.targetCount }) of them supervised; left out "
                + "\(rejects.count + bad.count)")
        let note = mergedNote(sides.count(where: \.isMerged), of: data)
        if let note { observer.remark(note) }
        var template: String?
        if case .conversation = records.first?.chosen { template = model.tokenizer.chatTemplate }
        let date = template.flatMap { _ in computing.template.printed(by: model.tokenizer) }
        if date != nil { model.sayDate(computing.template, observer.remark) }
        return OpenPairs(
            path: data, pairs: pairs, templateSHA256: template.map { sha256(of: Data($0.utf8)) },
            templateDate: date, leftOut: rejects.count + bad.count,
            notes: file.notes + [note].compactMap(\.self))
    }
}
