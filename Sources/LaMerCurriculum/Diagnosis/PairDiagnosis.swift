/// The effect of one fact on the answers to one query.
public struct PairDiagnosis: Sendable {
    /// The query's id.
    public let queryID: String
    /// The query's text.
    public let query: String
    /// The fact.
    public let fact: Fact
    /// The first wording of each candidate.
    public let candidates: [String]
    /// How the belief moved.
    public let shift: BeliefShift
    /// RE*: RE minus the mean RE of the query's random facts, in nats; nil without calibration.
    public let calibrated: Double?
    /// The p-value: the probability that a random fact reaches this RE; nil without calibration.
    public let chance: Double?
    /// Whether RE reaches the threshold.
    public let isDeficient: Bool
    /// Whether the most likely answer with the fact is one that the model gave only with a fact.
    public let isNewAnswer: Bool
    /// The candidate that is right, where that is known.
    public let answer: Int?
    /// The severity of a pair that counts.
    public fileprivate(set) var band: SeverityBand?
}

/// The diagnosis of a set of queries, with the threshold that holds for all of them.
public struct Diagnosis: Sendable {
    /// What was found out about each query.
    public let queries: [DiagnosedQuery]
    /// What random facts do; nil without calibration.
    public let calibration: Calibration?
    /// The relative entropy from which a pair counts, in nats.
    public let threshold: Double
    /// Where the bands of the pairs that count are cut.
    public let cuts: BandCuts
    /// Every pair of a query and a fact, in the order of the queries.
    public let pairs: [PairDiagnosis]

    /// A diagnosis with a threshold.
    ///
    /// - Parameters:
    ///   - queries: the beliefs of each query.
    ///   - calibration: the threshold that random facts give; nil for `floor`.
    ///   - floor: the threshold without calibration, and the least one with it.
    ///   - bands: what cuts the bands; the paper's cuts where quartiles are wanted of fewer than four pairs that differ.
    public init(
        _ queries: [DiagnosedQuery], calibration: Calibration?, floor: Double, bands: BandRule = .fixed
    ) {
        let threshold = calibration?.threshold ?? floor
        (self.queries, self.calibration, self.threshold) = (queries, calibration, threshold)
        var pairs = queries.flatMap { query in
            let random = query.placebos.map(\.relativeEntropy)
            let mean = random.isEmpty ? nil : random.reduce(0, +) / Double(random.count)
            return zip(query.subject.facts, query.shifts).map { fact, shift in
                PairDiagnosis(
                    queryID: query.subject.query.id, query: query.subject.query.text, fact: fact,
                    candidates: query.subject.candidates.map { $0.wordings[0] }, shift: shift,
                    calibrated: calibration == nil ? nil : mean.map { shift.relativeEntropy - $0 },
                    chance: calibration?.chance(of: shift.relativeEntropy),
                    isDeficient: shift.relativeEntropy >= threshold,
                    isNewAnswer: query.subject.candidates[shift.with.best].needsFact, answer: query.answer)
            }
        }
        let counted = pairs.filter(\.isDeficient).map { $0.calibrated ?? $0.shift.relativeEntropy }
        let cuts = (bands == .quartiles ? BandCuts(quartilesOf: counted) : nil) ?? .fixed
        for place in pairs.indices where pairs[place].isDeficient {
            pairs[place].band = cuts.band(of: cuts.severity(of: pairs[place]))
        }
        (self.pairs, self.cuts) = (pairs, cuts)
    }

    /// Whether facts were compared with a random fact in their place, and not with nothing.
    public var usesStandIns: Bool { queries.contains { $0.subject.standIn != nil } }

    /// The part of the pairs that count which random facts would give too; nil without calibration or pairs.
    public var falseDiscoveries: Double? {
        calibration?.falseDiscoveries(among: pairs.map(\.shift.relativeEntropy))
    }
}
