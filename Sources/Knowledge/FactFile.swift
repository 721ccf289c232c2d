import Foundation
public import Records

/// A general statement, and how sure its source is of it.
public struct StatedFact: Sendable, Hashable {
    /// What it says.
    public let text: String
    /// Its source's confidence, where given: 1 for certain.
    public let confidence: Double?

    /// A statement.
    public init(text: String, confidence: Double?) { (self.text, self.confidence) = (text, confidence) }
}

/// Reads facts from JSON lines (`fact`, `sentence` or `text`, with an optional `confidence` or `score`), a table with
/// tabs as GenericsKB has it (term, sentence, confidence; or columns named in a first line), or plain lines. Which it
/// is, the first line tells.
///
/// - Throws: at the first line that has no fact.
public func readFacts(at path: String) throws(RecordError) -> [StatedFact] {
    var reader = try LineReader(path: path)
    guard let (_, first) = try reader.next() else { return [] }
    if first.first == UInt8(ascii: "{") || isArray(first) {
        return try readJSONLines(FactLine.self, at: path).map { (line, record) throws(RecordError) in
            guard let text = record.fact ?? record.sentence ?? record.text, !text.isEmpty else {
                throw .malformed(
                    path: path, line: line,
                    reason: "expected a \"fact\", \"sentence\" or \"text\" that is not empty")
            }
            return StatedFact(text: text, confidence: record.confidence ?? record.score)
        }
    }
    guard first.contains(0x09) else {
        return try lines(of: path) { text, _ in StatedFact(text: text, confidence: nil) }
    }
    let names = String(decoding: first, as: UTF8.self).lowercased().split(separator: "\t").map(String.init)
    let named = names.firstIndex { ["sentence", "generic sentence", "fact", "text"].contains($0) }
    let sentence = named ?? 1
    let confidence = named == nil ? 2 : names.firstIndex { ["score", "confidence"].contains($0) }
    let table: [StatedFact?] = try lines(of: path) { text, line throws(RecordError) in
        if line == 1 && named != nil { return nil }
        let fields = text.utf8.split(separator: 0x09, omittingEmptySubsequences: false).map(Substring.init)
        guard fields.count == names.count, fields.indices.contains(sentence), !fields[sentence].isEmpty else {
            throw .malformed(
                path: path, line: line,
                reason:
                    "expected \(names.count) columns with a sentence in column \(sentence + 1), found \(fields.count)"
            )
        }
        guard let confidence, fields.indices.contains(confidence) else {
            return StatedFact(text: String(fields[sentence]), confidence: nil)
        }
        guard let number = Double(fields[confidence]), number.isFinite else {
            throw .malformed(
                path: path, line: line,
                reason: "column \(confidence + 1) is \"\(fields[confidence])\", expected a confidence")
        }
        return StatedFact(text: String(fields[sentence]), confidence: number)
    }
    return table.compactMap(\.self)
}

/// Whether a first line begins a JSON array of objects, rather than a sentence with a bracket.
private func isArray(_ first: ArraySlice<UInt8>) -> Bool {
    let visible = first.filter { ![0x20, 0x09, 0x0D].contains($0) }
    return visible == [0x5B] || visible.starts(with: [0x5B, 0x7B])
}

private struct FactLine: Decodable {
    let fact, sentence, text: String?
    let confidence, score: Double?
}

/// What each line of a file gives.
private func lines<Value>(
    of path: String, _ value: (String, Int) throws(RecordError) -> Value
) throws(RecordError) -> [Value] {
    var reader = try LineReader(path: path)
    var values: [Value] = []
    while let (line, bytes) = try reader.next() {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .malformed(path: path, line: line, reason: "it is not UTF-8")
        }
        values.append(try value(text.trimmingCharacters(in: .whitespacesAndNewlines), line))
    }
    return values
}
