/// A pair before and after training: a line of `outcomes.jsonl`. Relative entropies are in nats.
public struct OutcomeLine: Codable, Sendable, Equatable {
    /// The query's id, the fact, and what became of the pair.
    public let query_id, fact: String
    /// What became of the pair.
    public let outcome: PairOutcome
    /// Whether the model was trained on examples for it, and whether it now gives untold the answer that it gave told.
    public let trained, adopted: Bool
    /// The relative entropies, as they are and less the mean of the query's random facts.
    public let re_before, re_after, re_calibrated_before, re_calibrated_after: Double
    /// The beliefs told nothing (p) and told the fact (q): [candidate].
    public let p_before, p_after, q_before, q_after: [Double]
    /// The answers that were compared.
    public let candidates: [String]
    /// The likeliest answers.
    public let untold_before, untold_after, told_before, told_after: String
    /// The right answer, where it is known.
    public let answer: String?

    /// The line of a pair.
    public init(_ item: RemediedPair) {
        let (pair, before, after) = (item.pair, item.before, item.after)
        (query_id, fact, outcome) = (pair.queryID, pair.fact, item.outcome)
        (trained, adopted) = (item.isTrained, item.isAdopted)
        (re_before, re_after) = (before.relativeEntropy, after.relativeEntropy)
        (re_calibrated_before, re_calibrated_after) = (before.calibrated, after.calibrated)
        (p_before, p_after, q_before, q_after) = (before.untold, after.untold, before.told, after.told)
        candidates = pair.candidates
        (untold_before, untold_after) = (candidates[before.untoldBest], candidates[after.untoldBest])
        (told_before, told_after) = (candidates[before.toldBest], candidates[after.toldBest])
        answer = pair.answerIndex.map { pair.candidates[$0] }
    }
}
