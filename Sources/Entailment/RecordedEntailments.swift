import Records

/// Judgements from a file, and nothing else: JSON lines of `{"premise","hypothesis","entails"}`, where `entails` is true,
/// false or a probability.
public struct RecordedEntailments: EntailmentScorer {
    /// The file.
    public let source: EntailmentSource
    private let judgements: [EntailmentPair: Double]

    private struct Line: Decodable {
        let pair: EntailmentPair
        let entails: Double

        private enum Key: String, CodingKey { case entails }

        init(from decoder: any Decoder) throws {
            pair = try EntailmentPair(from: decoder)
            let record = try decoder.container(keyedBy: Key.self)
            if let isEntailed = try? record.decode(Bool.self, forKey: .entails) {
                entails = isEntailed ? 1 : 0
            } else {
                entails = try record.decode(Double.self, forKey: .entails)
            }
        }
    }

    /// The judgements of a file.
    ///
    /// - Throws: `RecordError` of `Records` at the first line that is none, or an ``EntailmentError`` where two lines judge one
    ///   pair in two ways.
    public init(path: String) throws {
        var judgements: [EntailmentPair: Double] = [:]
        for (number, line) in try readJSONLines(Line.self, at: path) {
            guard (0...1).contains(line.entails) else {
                throw RecordError.malformed(
                    path: path, line: number,
                    reason: "\"entails\" is \(line.entails), expected true, false or a number from 0 to 1")
            }
            guard judgements.updateValue(line.entails, forKey: line.pair) ?? line.entails == line.entails
            else {
                throw EntailmentError.contradicts(path: path, line.pair)
            }
        }
        self.judgements = judgements
        source = EntailmentSource(.recorded, path)
    }

    /// The judgement of each pair; a pair that the file lacks is an error.
    nonisolated(nonsending) public func probabilities(
        of pairs: [EntailmentPair], progress: (_ pairs: Int) -> Void
    ) async throws(EntailmentError) -> [Double] {
        var found: [Double] = []
        for pair in pairs {
            guard let known = judgements[pair] else { throw .notRecorded(path: source.name, pair) }
            found.append(known)
        }
        progress(pairs.count)
        return found
    }
}
