import Evaluation

/// A pair of query and fact: a line of what `diagnose` writes, which a synthesis and a remedy read.
public struct DiagnosisLine: Codable, Sendable, Equatable {
    /// The query's id and text.
    public var queryID, query: String
    /// The fact that was told.
    public var fact: String
    /// How near a retrieved fact is to its query; nil for one that the query brought.
    public var similarity: Double?
    /// KL(P ‖ Q), in nats.
    public var relativeEntropy: Double
    /// The same less the mean of the query's random facts; nil without calibration.
    public var calibrated: Double?
    /// The probability that a random fact reaches this relative entropy; nil without calibration.
    public var chance: Double?
    /// The Jensen–Shannon divergence, and how the log-odds of the first choice moved, in nats.
    public var jensenShannon, logOddsShift: Double?
    /// The beliefs without and with the fact: [candidate].
    public var without, told: [Double]
    /// The answers that were compared.
    public var candidates: [String]
    /// Whether the first choice flips, sharpens or blurs.
    public var kind: String?
    /// 1 to 4, the number of examples to make; 0 below the threshold.
    public var band: Int
    /// Where the bands above the first begin.
    public var bandCuts: [Double]?
    /// Whether the likeliest answer with the fact is one that the model gave only with a fact.
    public var isNewAnswer: Bool?
    /// The right answer, where it is known.
    public var answer: String?
    /// Pointwise usable information of the fact about the right answer, in bits.
    public var usableInformation: Double?
    /// What the fact does to the right answer: helpful or misleading.
    public var effect: String?
    /// The mean over the tokens of the first choice of the divergence over the vocabulary, in nats.
    public var meanOfTokens: Double?
    /// The divergence at each of those tokens, in nats.
    public var byToken: [Double]?
    /// The relative entropy from which pairs count, in nats; nil in files of older versions.
    public var threshold: Double?
    /// How scores were normalised by length.
    public var normalization: String?
    /// What divided the scores; nil for 1.
    public var scoreTemperature: Double?
    /// The random facts of the query.
    public var randomFacts: [String]?
    /// All wordings of each answer, where some were merged.
    public var wordings: [[String]]?
    /// The random fact that was told in the place of none; nil where nothing was told.
    public var standIn: String?
    /// The belief when nothing is told; nil where that is `without`.
    public var unaided: [Double]?

    private enum CodingKeys: String, CodingKey {
        case queryID = "query_id"
        case query, fact, similarity
        case relativeEntropy = "re"
        case calibrated = "re_calibrated"
        case chance
        case jensenShannon = "jsd"
        case logOddsShift = "log_odds_shift"
        case without = "p"
        case told = "q"
        case candidates, kind, band
        case bandCuts = "band_cuts"
        case isNewAnswer = "new_answer"
        case answer
        case usableInformation = "pvi"
        case effect
        case meanOfTokens = "re_tokens"
        case byToken = "re_by_token"
        case threshold, normalization
        case scoreTemperature = "score_temperature"
        case randomFacts = "random_facts"
        case wordings
        case standIn = "stand_in"
        case unaided = "p_untold"
    }

    /// What every pair has.
    public init(
        queryID: String, query: String, fact: String, relativeEntropy: Double, band: Int,
        candidates: [String], without: [Double], told: [Double]
    ) {
        (self.queryID, self.query, self.fact) = (queryID, query, fact)
        (self.relativeEntropy, self.band, self.candidates) = (relativeEntropy, band, candidates)
        (self.without, self.told) = (without, told)
    }

    /// The belief when nothing is told: [candidate].
    public var untold: [Double] { unaided ?? without }

    /// What the model answers when it is told the fact: no label, but its own better-informed guess.
    var informedAnswer: String? { zip(candidates, told).max { $0.1 < $1.1 }?.0 }

    /// The right answer's place among the candidates.
    public var answerIndex: Int? {
        answer.flatMap { answer in
            candidates.firstIndex { normalizedAnswer($0) == normalizedAnswer(answer) }
        }
    }
}

extension DiagnosisLine {
    /// - Parameter tokens: the divergence at each token of the first choice, where it was asked for.
    fileprivate init(
        _ pair: PairDiagnosis, of diagnosed: DiagnosedQuery, in diagnosis: Diagnosis, temperature: Double,
        tokens: [Double]?
    ) {
        let shift = pair.shift
        self.init(
            queryID: pair.queryID, query: pair.query, fact: pair.fact.text,
            relativeEntropy: shift.relativeEntropy, band: pair.band?.rawValue ?? 0,
            candidates: pair.candidates, without: shift.without.probabilities, told: shift.with.probabilities)
        (similarity, calibrated, chance) = (pair.fact.similarity, pair.calibrated, pair.chance)
        (jensenShannon, logOddsShift) = (shift.jensenShannon, shift.logOddsShift)
        (kind, bandCuts, isNewAnswer) = (shift.kind.rawValue, diagnosis.cuts.starts, pair.isNewAnswer)
        answer = pair.answer.map { pair.candidates[$0] }
        usableInformation = pair.answer.map { shift.usableInformation(about: $0) }
        effect = usableInformation.map { $0 > 0 ? "helpful" : "misleading" }
        meanOfTokens = tokens.map { $0.reduce(0, +) / Double(max(1, $0.count)) }
        byToken = tokens
        (threshold, normalization) = (diagnosis.threshold, diagnosed.normalization.rawValue)
        scoreTemperature = temperature == 1 ? nil : temperature
        let subject = diagnosed.subject
        randomFacts = subject.placebos.isEmpty ? nil : subject.placebos
        let all = subject.candidates.map(\.wordings)
        wordings = all.allSatisfy { $0.count == 1 } ? nil : all
        standIn = subject.standIn
        unaided = standIn.map { _ in diagnosed.belief.probabilities }
    }
}

extension WholeDiagnosis {
    /// The lines of the pairs that count, or of all.
    ///
    /// - Parameters:
    ///   - ofAll: whether pairs below the threshold have a line too.
    ///   - temperature: what divided the scores.
    public func lines(ofAll: Bool = false, temperature: Double = 1) -> [DiagnosisLine] {
        let queries = diagnosis.queries.flatMap { query in query.subject.facts.map { _ in query } }
        return diagnosis.pairs.indices.filter { ofAll || diagnosis.pairs[$0].isDeficient }.map { place in
            DiagnosisLine(
                diagnosis.pairs[place], of: queries[place], in: diagnosis, temperature: temperature,
                tokens: tokens[place])
        }
    }
}
