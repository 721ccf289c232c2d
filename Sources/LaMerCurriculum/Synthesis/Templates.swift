/// Examples from a fact and its query alone: no teacher, no network.
///
/// The first has the query answered with the fact as its explanation; the others ask for the fact behind the query, ask
/// whether the fact holds, and answer the query with the fact given. Answers are the model's own when it was told the
/// fact, for there is no label: a fact that misleads it teaches what is wrong.
///
/// - Parameters:
///   - pair: a fact and its query; without an answer that the model gave when told the fact, there are no examples.
///   - count: at most 4.
///   - number: the pair's place among all, for ids that differ where a query has several facts.
public func templateExamples(for pair: DiagnosisLine, count: Int, number: Int) -> [RepairExample] {
    guard let answer = pair.informedAnswer else { return [] }
    let texts = [
        (pair.query, "Explanation: \(pair.fact)\nAnswer: \(answer)"),
        ("Which general fact helps to answer this?\n\(pair.query)", pair.fact),
        ("Does this hold in general?\n\(pair.fact)", "Yes. \(pair.fact)"),
        (turn(pair.query, telling: pair.fact), "Answer: \(answer)"),
    ]
    return texts.prefix(count).enumerated().map { place, text in
        RepairExample(pair, text, id: "\(number + 1)-\(place + 1)", source: "template")
    }
}

extension RepairExample {
    /// An example for a pair, from what the user and the assistant say.
    init(_ pair: DiagnosisLine, _ text: (prompt: String, completion: String), id: String, source: String) {
        self.init(
            id: id, prompt: text.prompt, completion: text.completion,
            queryID: pair.queryID, fact: pair.fact, relativeEntropy: pair.relativeEntropy, band: pair.band,
            source: source)
    }
}
