public import Records

/// Pairs of a diagnosis, and the queries that they are of.
public struct RecordedDiagnosis: Sendable {
    /// The pairs, in the order of the file.
    public let pairs: [DiagnosisLine]
    /// Each query with its candidates, facts and random facts, in the order of their first pairs.
    public let subjects: [Subject]
    /// How answers were scored; nil where that was chosen for each query by the lengths of its answers.
    public let normalization: Normalization?
    /// What divided the scores.
    public let scoreTemperature: Double
    /// The relative entropy from which pairs count, in nats; the paper's 0.1 where the file does not say.
    public let threshold: Double

    /// Reads what `diagnose` wrote.
    ///
    /// - Throws: `malformed` at the first line that is no pair, or does not fit an earlier one of its query.
    public init(path: String) throws(RecordError) {
        let lines = try DiagnosisLine.numbered(at: path)
        var order: [String] = []
        var pairsOfQuery: [String: [DiagnosisLine]] = [:]
        for (line, pair) in lines {
            func malformed(_ reason: String) -> RecordError {
                .malformed(path: path, line: line, reason: reason)
            }
            let counts = [
                pair.without.count, pair.told.count, pair.untold.count,
                pair.wordings?.count ?? pair.candidates.count,
            ]
            guard pair.candidates.count >= 2, counts.allSatisfy({ $0 == pair.candidates.count }) else {
                throw malformed("\"candidates\", \"p\" and \"q\" must have the same two or more entries")
            }
            guard (pair.standIn == nil) == (pair.unaided == nil) else {
                throw malformed("\"stand_in\" and \"p_untold\" must be there both or neither")
            }
            guard pair.wordings?.allSatisfy({ !$0.isEmpty }) ?? true,
                !(pair.wordings ?? [pair.candidates]).joined().contains("")
            else { throw malformed("an answer is empty") }
            if let first = pairsOfQuery[pair.queryID]?.first {
                guard first.query == pair.query, first.candidates == pair.candidates,
                    first.standIn == pair.standIn
                else {
                    throw malformed(
                        "query \(pair.queryID) has another text, other answers or another stand-in than before"
                    )
                }
            } else {
                order.append(pair.queryID)
            }
            pairsOfQuery[pair.queryID, default: []].append(pair)
        }
        pairs = order.flatMap { pairsOfQuery[$0] ?? [] }
        let named = Set(pairs.map(\.normalization))
        normalization = named.count == 1 ? named.first.flatMap { $0.flatMap(Normalization.init) } : nil
        scoreTemperature = pairs.first?.scoreTemperature ?? 1
        threshold = pairs.first?.threshold ?? 0.1
        subjects = order.compactMap { id in pairsOfQuery[id].map(subject) }
    }
}

/// The query that some pairs are of.
private func subject(_ pairs: [DiagnosisLine]) -> Subject {
    let first = pairs[0]
    return Subject(
        Query(id: first.queryID, text: first.query, answer: first.answer),
        candidates: (first.wordings ?? first.candidates.map { [$0] }).map { Candidate($0) },
        facts: pairs.map { Fact($0.fact) }, placebos: first.randomFacts ?? [],
        standIn: first.standIn)
}
