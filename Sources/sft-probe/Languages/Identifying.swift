import Examples
import LanguageIdentification
import Records
import Runs
import Statistics

/// How well languages of texts are told, on lines that no profile was made from.
struct IdentificationQuality: Encodable {
    let source: String
    /// What the lines are.
    let lines: String
    /// The share that is told right, by language: right, and of how many.
    let accuracy: [String: [Int]]
    /// Languages of prompts that cannot be told.
    var unknown: [String] = []

    /// All languages together.
    var together: Proportion {
        Proportion(accuracy.values.reduce(0) { $0 + $1[0] }, of: accuracy.values.reduce(0) { $0 + $1[1] })
    }
}

/// What tells the languages of answers, and how well it does so.
struct Identifying {
    let identifier: LanguageIdentifier
    let quality: IdentificationQuality

    /// - Parameters:
    ///   - path: the user's own lines, of which every fifth tells how well; nil for built-in profiles, which the prompts try.
    init(_ path: String?, _ texts: [StateSequence], _ languages: [String]) throws {
        let held: [(language: String, text: String)]
        let what: String
        if let path {
            let file = try readStateRecords(at: path)
            var lines = try file.records.map { record in
                guard let language = record.language, let text = record.plainText else {
                    throw UnusableData(
                        description:
                            "\(path), line \(record.line) (id \(record.id)): expected \"text\" and its language, \"lang\"."
                    )
                }
                return (language: language, text: text)
            }
            held = lines.indices.filter { $0 % 5 == 4 }.map { lines[$0] }
            lines = lines.indices.filter { $0 % 5 != 4 }.map { lines[$0] }
            guard let own = LanguageIdentifier(of: lines) else {
                throw UnusableData(
                    description:
                        "\(path) has letters of fewer than two languages; give lines of each language that is to be told."
                )
            }
            (identifier, what) = (own, "held-out lines of \(path)")
        } else {
            identifier = .builtIn
            held = zip(texts, languages).compactMap { text, language in
                text.record.plainText.map { (language: language, text: $0) }
            }
            what = "the prompts"
        }
        let found = identifier.accuracy(on: held)
        quality = IdentificationQuality(
            source: identifier.source, lines: what, accuracy: found.mapValues { [$0.count, $0.total] })
    }
}

extension StateRecord {
    /// What is read, as one text; nil of no text.
    fileprivate var plainText: String? {
        switch content {
        case .prompt(let text), .text(let text): text
        case .turns(let turns): turns.last?.content
        }
    }
}
