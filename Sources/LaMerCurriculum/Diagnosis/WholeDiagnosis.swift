public import Examples
import Tokenization
public import Transformers

/// A query with the facts that the model is told.
public typealias ToldQuery = (query: Query, facts: [Fact])

/// Queries with their own facts, or with those that are retrieved for them; those without any are left out, which is said.
///
/// - Parameters:
///   - queries: the queries; facts that they bring are taken as they are.
///   - retrieve: finds facts for the texts of queries that bring none; nil where there is nothing to look in.
///   - events: hears how many queries were left out.
/// - Throws: ``DiagnosisError/noFacts`` where no query has one, and what `retrieve` throws.
nonisolated(nonsending) public func toldQueries(
    _ queries: [Query], retrieve: (([String]) async throws -> [[Fact]])?,
    events: (DiagnosisEvent) -> Void = { _ in }
) async throws -> [ToldQuery] {
    var told = queries.map { query in (query: query, facts: (query.facts ?? []).map { Fact($0) }) }
    let bare = told.indices.filter { told[$0].query.facts == nil }
    if let retrieve, !bare.isEmpty {
        for (place, facts) in zip(bare, try await retrieve(bare.map { told[$0].query.text })) {
            told[place].facts = facts
        }
    }
    let usable = told.filter { !$0.facts.isEmpty }
    guard !usable.isEmpty else { throw DiagnosisError.noFacts }
    if usable.count < told.count {
        events(.decided("\(told.count - usable.count) of \(told.count) queries have no fact: left out."))
    }
    return usable
}

/// A diagnosis from end to end.
public struct WholeDiagnosis: Sendable {
    /// The threshold and the pairs.
    public let diagnosis: Diagnosis
    /// The divergence at each token of each pair's first choice, where it was asked for; in the order of the pairs.
    public let tokens: [[Double]?]
    /// The difference of one query's scores alone and packed with others, in nats.
    public let layoutNoise: Double
    /// The facts that are lacking, worst first.
    public let deficiencies: [Deficiency]
    /// How well the diagnosis finds what is answered wrongly, where answers are known.
    public let check: DiagnosisCheck?

    /// Diagnoses queries: candidates, random facts, scores, the threshold, and a check where answers are known.
    ///
    /// - Parameters:
    ///   - told: queries with their facts.
    ///   - model: the model that is diagnosed.
    ///   - tokenizer: the model's.
    ///   - settings: how it is diagnosed.
    ///   - otherFacts: gives facts to draw random ones from, beside those of the queries; called where some are drawn.
    ///   - scores: a file in which scores are saved as they are computed.
    ///   - events: hears what happens.
    /// - Throws: a ``DiagnosisError``, or what `otherFacts` throws.
    nonisolated(nonsending) public init(
        of told: [ToldQuery], by model: Decoder, _ tokenizer: AnswerTokenizer, _ settings: DiagnosisSettings,
        otherFacts: () throws -> [String], scores: ScoreFile? = nil,
        events: (DiagnosisEvent) -> Void = { _ in }
    ) async throws {
        let subjects = try await subjects(told, model, tokenizer, settings, otherFacts, events)
        var hasBegun = false
        let found = try await diagnose(
            subjects, by: model, tokenizer, normalization: settings.normalization,
            temperature: settings.scoreTemperature, scores: scores, packTokens: settings.packTokens,
            workers: settings.workers
        ) { prompts, tokens, total in
            if !hasBegun { events(.begins("diagnose", total: total)) }
            hasBegun = true
            events(.progress(items: prompts, tokens: tokens))
        }
        if hasBegun { events(.ends) }
        let diagnosis = concluded(found, of: told.count, settings, events)
        var tokens: [[Double]?] = diagnosis.pairs.map { _ in nil }
        if settings.comparesTokens {
            events(.begins("tokens", total: diagnosis.queries.count))
            tokens = try await tokenDivergences(
                of: diagnosis.queries, by: model, tokenizer, packTokens: settings.packTokens,
                workers: settings.workers
            ) { events(.progress(items: $0, tokens: $1)) }.flatMap(\.self)
            events(.ends)
        }
        (self.diagnosis, self.tokens, layoutNoise) = (diagnosis, tokens, found.layoutNoise)
        deficiencies = diagnosis.deficiencies()
        check = diagnosis.check(seed: settings.seed)
    }
}

/// The queries with all that is scored for them; those with fewer than two candidates are left out.
nonisolated(nonsending) private func subjects(
    _ told: [ToldQuery], _ model: Decoder, _ tokenizer: AnswerTokenizer, _ settings: DiagnosisSettings,
    _ otherFacts: () throws -> [String], _ events: (DiagnosisEvent) -> Void
) async throws -> [Subject] {
    let candidates = try await candidates(for: told, model, tokenizer, settings, events)
    let random = try randomFacts(for: told, tokenizer, settings, otherFacts)
    return told.indices.filter { candidates[$0].count >= 2 }.map {
        Subject(
            told[$0].query, candidates: candidates[$0], facts: told[$0].facts,
            placebos: random[$0].placebos, standIn: random[$0].standIn)
    }
}

/// Each query's candidates; fewer than two where the model always says the same.
nonisolated(nonsending) private func candidates(
    for told: [ToldQuery], _ model: Decoder, _ tokenizer: AnswerTokenizer, _ settings: DiagnosisSettings,
    _ events: (DiagnosisEvent) -> Void
) async throws -> [[Candidate]] {
    let withOptions = told.count { $0.query.options != nil }
    let source = settings.candidates ?? (withOptions == told.count ? .options : .union)
    if source == .options, let bare = told.first(where: { $0.query.options == nil }) {
        throw DiagnosisError.noOptions(query: bare.query.id)
    }
    if settings.candidates == nil {
        let reason = withOptions == told.count ? "all" : "not all"
        events(.decided("candidates: \(source.rawValue), for \(reason) records have options"))
    }
    guard source != .options else {
        return told.map { $0.query.options.map { $0.map { Candidate([$0]) } } ?? [] }
    }
    var sampling = settings.sampling
    sampling.seed = settings.seed
    events(.begins("sample", total: told.count * sampling.count * (source == .union ? 2 : 1)))
    let sampled = try await sampledCandidates(
        for: told, by: model, tokenizer, sampling, tellingFacts: source == .union,
        packTokens: settings.samplingPackTokens, workers: settings.workers
    ) { events(.progress(items: $0, tokens: $1)) }
    events(.ends)
    return sampled
}

/// Each query's random facts, and its stand-in where beliefs are compared with one.
private func randomFacts(
    for told: [ToldQuery], _ tokenizer: AnswerTokenizer, _ settings: DiagnosisSettings,
    _ otherFacts: () throws -> [String]
) throws -> [(standIn: String?, placebos: [String])] {
    let count = settings.isCalibrated ? settings.placebos : 0
    guard count > 0 || settings.comparison == .placebo else { return told.map { _ in (nil, []) } }
    let own = told.map { $0.facts.map(\.text) }
    let pool = own.flatMap(\.self) + (try otherFacts())
    func length(_ fact: String) -> Int { tokenizer.tokenizer.encode(fact, addSpecialTokens: false).count }
    guard settings.comparison == .placebo else {
        return LaMerCurriculum.randomFacts(
            for: own, count: count, from: pool, seed: settings.seed, length: length
        ).map { (nil, $0) }
    }
    // The first is drawn by the length of the query's median fact.
    let wanted = own.map { facts in
        [facts.sorted { length($0) < length($1) }[facts.count / 2]] + facts
    }
    let drawn = LaMerCurriculum.randomFacts(
        for: wanted, count: count + 1, from: pool, seed: settings.seed, length: length)
    if let bare = drawn.firstIndex(where: \.isEmpty) {
        throw DiagnosisError.noOtherFact(query: told[bare].query.id)
    }
    return drawn.map { ($0[0], Array($0.dropFirst())) }
}

/// The threshold and what follows from it; what was left out is said.
private func concluded(
    _ found: Diagnosed, of total: Int, _ settings: DiagnosisSettings, _ events: (DiagnosisEvent) -> Void
) -> Diagnosis {
    for id in found.tooLong {
        events(.warning("left out: query \(id) does not fit the model's context, even cut in its middle."))
    }
    let undetermined = total - found.queries.count - found.tooLong.count
    if undetermined > 0 {
        events(
            .warning(
                "left out: \(undetermined) of \(total) queries, for the model always gave the same answer."))
    }
    let calibration =
        settings.isCalibrated
        ? Calibration(
            byQuery: found.queries.map { $0.placebos.map(\.relativeEntropy) }, floor: settings.floor,
            seed: settings.seed) : nil
    if settings.isCalibrated && calibration == nil {
        events(
            .warning(
                "not calibrated: fewer than 20 random facts could be scored; the threshold is \(settings.floor) nats, "
                    + "and how many pairs reach it by chance is not known."))
    }
    let diagnosis = Diagnosis(
        found.queries, calibration: calibration, floor: settings.floor, bands: settings.bands)
    if diagnosis.cuts.rule != settings.bands {
        events(
            .warning(
                "bands: fewer than four pairs that count and differ have no quartiles; fixed cuts are taken.")
        )
    }
    return diagnosis
}
