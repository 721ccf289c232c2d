import LaMerCurriculum

/// A pair of query and fact, as a line of JSON; entropies in nats, `pvi` in bits.
struct PairRecord: Encodable {
    let query_id: String
    let query: String
    let fact: String
    let similarity: Double?
    let re: Double
    let re_calibrated: Double?
    let chance: Double?
    let jsd, log_odds_shift: Double
    let p, q: [Double]
    let candidates: [String]
    let kind: String
    /// 1 to 4, the number of examples to make; 0 below the threshold. Bands above the first begin at the cuts.
    let band: Int
    let band_cuts: [Double]
    let new_answer: Bool
    let answer: String?
    let pvi: Double?
    /// What the fact does to the right answer: helpful or misleading.
    let effect: String?
    /// The mean over the tokens of the first choice of the divergence over the vocabulary, and each token's.
    let re_tokens: Double?
    let re_by_token: [Double]?
    /// What diagnosing the pair again takes.
    let threshold: Double
    let normalization: String
    let score_temperature: Double?
    let random_facts: [String]?
    let wordings: [[String]]?
    /// The random fact that was told in the place of none, and the belief when nothing is told.
    let stand_in: String?
    let p_untold: [Double]?

    /// - Parameter tokens: the divergence at each token of the first choice, where it was asked for.
    init(
        _ pair: PairDiagnosis, of diagnosed: DiagnosedQuery, in diagnosis: Diagnosis, temperature: Double,
        tokens: [Double]?
    ) {
        let shift = pair.shift
        (query_id, query) = (pair.queryID, pair.query)
        (fact, similarity) = (pair.fact.text, pair.fact.similarity)
        (re, re_calibrated, chance) = (shift.relativeEntropy, pair.calibrated, pair.chance)
        (jsd, log_odds_shift) = (shift.jensenShannon, shift.logOddsShift)
        (p, q, candidates) = (shift.without.probabilities, shift.with.probabilities, pair.candidates)
        (kind, band) = (shift.kind.rawValue, pair.band?.rawValue ?? 0)
        band_cuts = diagnosis.cuts.starts
        new_answer = pair.isNewAnswer
        answer = pair.answer.map { pair.candidates[$0] }
        pvi = pair.answer.map { shift.usableInformation(about: $0) }
        effect = pvi.map { $0 > 0 ? "helpful" : "misleading" }
        re_tokens = tokens.map { $0.reduce(0, +) / Double(max(1, $0.count)) }
        re_by_token = tokens
        (threshold, normalization) = (diagnosis.threshold, diagnosed.normalization.rawValue)
        score_temperature = temperature == 1 ? nil : temperature
        random_facts = diagnosed.subject.placebos.isEmpty ? nil : diagnosed.subject.placebos
        let all = diagnosed.subject.candidates.map(\.wordings)
        wordings = all.allSatisfy { $0.count == 1 } ? nil : all
        stand_in = diagnosed.subject.standIn
        p_untold = stand_in.map { _ in diagnosed.belief.probabilities }
    }
}

/// A deficiency, as a line of JSON.
struct DeficiencyRecord: Encodable {
    let facts: [String]
    let severity, mean_re, worst_re: Double
    let band: Int
    let pairs, scored_pairs, flips, sharpens, blurs: Int
    let queries: [String]

    init(_ deficiency: Deficiency) {
        facts = deficiency.facts
        (severity, mean_re, worst_re) = (deficiency.severity, deficiency.mean, deficiency.worst)
        band = deficiency.band.rawValue
        (pairs, scored_pairs) = (deficiency.pairs.count, deficiency.scored)
        flips = deficiency.count(of: .flip)
        sharpens = deficiency.count(of: .sharpen)
        blurs = deficiency.count(of: .blur)
        queries = deficiency.pairs.prefix(5).map(\.query)
    }
}
