import Statistics
import Evaluation
public import Examples
import Records
import Tokenization
public import Transformers

/// The diagnosis of one query.
public struct DiagnosedQuery: Sendable {
    /// The query, its candidates and facts.
    public let subject: Subject
    /// How answers were scored.
    public let normalization: Normalization
    /// The model's belief without a fact.
    public let belief: AnswerBelief
    /// The mean −log p per token of the model's first choice without a fact, in nats.
    public let answerLoss: Double
    /// The shift by each fact, from the belief without a fact, or with the stand-in where there is one.
    public let shifts: [BeliefShift]
    /// The shift by each random fact, from the same belief.
    public let placebos: [BeliefShift]

    package init(
        subject: Subject, normalization: Normalization, belief: AnswerBelief, answerLoss: Double,
        shifts: [BeliefShift], placebos: [BeliefShift]
    ) {
        (self.subject, self.normalization, self.belief) = (subject, normalization, belief)
        (self.answerLoss, self.shifts, self.placebos) = (answerLoss, shifts, placebos)
    }

    /// The candidate that is right, where the query says so.
    public var answer: Int? {
        subject.query.answer.flatMap { answer in
            subject.candidates.firstIndex {
                $0.wordings.contains { normalizedAnswer($0) == normalizedAnswer(answer) }
            }
        }
    }
}

/// The diagnoses of all queries.
public struct Diagnosed: Sendable {
    /// The queries that could be scored, in order.
    public let queries: [DiagnosedQuery]
    /// The ids of queries that do not fit the model's context even when truncated.
    public let tooLong: [String]
    /// The difference of one query's scores alone and packed with others, in nats: the numerical precision of
    /// a score.
    public let layoutNoise: Double
}

/// The model's beliefs over each query's candidates: without a fact, with each fact, with each random fact,
/// and with the stand-in where there is one, which the others are then compared with.
///
/// Each prompt is computed once, and its candidates are scored from its KV cache. Workers take packs of
/// prompts. A query too long for the model's context is truncated in its middle, in the same way for all its
/// facts; facts and answers never are.
///
/// - Parameters:
///   - subjects: queries with at least two candidates, and their facts.
///   - model: the model that is diagnosed.
///   - tokenizer: the model's.
///   - normalization: nil to choose by the lengths of each query's candidates.
///   - temperature: divides the scores.
///   - scores: a file in which scores are saved as they are computed; those it has are not computed again.
///   - packTokens: tokens a worker computes together; memory grows with it.
///   - workers: packs computed at a time.
///   - progress: sees the number of prompts and tokens of each finished pack, and how many prompts there are.
nonisolated(nonsending) public func diagnose(
    _ subjects: [Subject], by model: Decoder, _ tokenizer: AnswerTokenizer,
    normalization: Normalization? = nil,
    temperature: Double = 1, scores: ScoreFile? = nil, packTokens: Int, workers: Int,
    progress: (_ prompts: Int, _ tokens: Int, _ total: Int) -> Void = { _, _, _ in }
) async throws(DiagnosisError) -> Diagnosed {
    var (scored, tooLong, asked) = ([Subject](), [String](), [[Continuations]]())
    for subject in subjects {
        if let prompts = try prompts(of: subject, model, tokenizer) {
            scored.append(subject)
            asked.append(prompts)
        } else {
            tooLong.append(subject.query.id)
        }
    }
    let all = asked.flatMap(\.self)
    let losses = try await losses(
        of: all, model, scores, packTokens: packTokens, workers: workers, progress: progress)
    var rest = losses[...]
    var queries: [DiagnosedQuery] = []
    for (subject, prompts) in zip(scored, asked) {
        queries.append(
            try diagnosed(subject, Array(rest.prefix(prompts.count)), normalization, temperature))
        rest = rest.dropFirst(prompts.count)
    }
    var noise = 0.0
    if let first = all.first {
        let pairs = zip(model.tokenLosses(of: [first])[0], losses[0])
        noise = pairs.map { abs(Normalization.sum.score($0) - Normalization.sum.score($1)) }.max() ?? 0
        guard noise <= 0.1 else { throw .unstable(query: scored[0].query.id, difference: noise) }
    }
    return Diagnosed(queries: queries, tooLong: tooLong, layoutNoise: noise)
}

/// −log p of each token of each answer, for every prompt: a few hundred prompts at a time, so that they can be kept. They
/// are packed alike whatever is known, and so the numbers of a broken run that goes on are those of an unbroken one.
nonisolated(nonsending) private func losses(
    of all: [Continuations], _ model: Decoder, _ scores: ScoreFile?, packTokens: Int, workers: Int,
    progress: (_ prompts: Int, _ tokens: Int, _ total: Int) -> Void
) async throws(DiagnosisError) -> [[[Float]]] {
    // A prompt that is asked again is computed once: else a run that goes on could not tell which pack its numbers are of.
    var (distinct, places, known) = ([Continuations](), [Int](), [[[Int32]]: Int]())
    for prompt in all {
        let place = known[[prompt.prompt] + prompt.options] ?? distinct.count
        if place == distinct.count {
            known[[prompt.prompt] + prompt.options] = place
            distinct.append(prompt)
        }
        places.append(place)
    }
    if distinct.count < all.count { progress(all.count - distinct.count, 0, all.count) }
    let found = try await losses(
        ofDistinct: distinct, model, scores, packTokens: packTokens, workers: workers
    ) { progress($0, $1, all.count) }
    return places.map { found[$0] }
}

/// The same for prompts of which no two are alike.
nonisolated(nonsending) private func losses(
    ofDistinct all: [Continuations], _ model: Decoder, _ scores: ScoreFile?, packTokens: Int, workers: Int,
    progress: (_ prompts: Int, _ tokens: Int) -> Void
) async throws(DiagnosisError) -> [[[Float]]] {
    var losses = all.map { scores?.losses(of: $0) }
    for start in stride(from: 0, to: all.count, by: 256) {
        let part = start..<min(start + 256, all.count)
        guard part.contains(where: { losses[$0] == nil }) else {
            progress(part.count, 0)
            continue
        }
        let found = await model.tokenLosses(
            of: part.map { all[$0] }, packTokens: packTokens, workers: workers
        ) { progress($0, $1) }
        for (place, found) in zip(part, found) { losses[place] = found }
        do throws(RecordError) {
            try scores?.add(zip(part, found).map { (all[$0], $1) })
        } catch {
            throw .file(error)
        }
    }
    return losses.map { $0 ?? [] }
}

/// The prompt and answers of each arm; nil where they do not fit the context.
package func prompts(
    of subject: Subject, _ model: Decoder, _ tokenizer: AnswerTokenizer
) throws(DiagnosisError) -> [Continuations]? {
    let answers = subject.candidates.flatMap(\.wordings)
    var query = subject.query.text
    for _ in 0..<8 {  // a cut text may tokenize to a little more than what was left of it
        var prompts: [Continuations] = []
        for fact in subject.told {
            do throws(ConversationError) {
                prompts.append(try tokenizer.continuations(of: turn(query, telling: fact), answers: answers))
            } catch {
                throw .conversation(query: subject.query.id, error)
            }
        }
        let ids = prompts.lazy.flatMap { $0.prompt + $0.options.flatMap(\.self) }
        if let strange = ids.first(where: { !(0..<Int32(clamping: model.vocabulary)).contains($0) }) {
            throw .strangeToken(query: subject.query.id, token: strange, vocabulary: model.vocabulary)
        }
        let longest = prompts.map { $0.prompt.count + ($0.options.map(\.count).max() ?? 0) }.max() ?? 0
        if longest <= model.contextLength { return prompts }
        guard let cut = withoutMiddle(query, tokens: longest - model.contextLength, tokenizer) else {
            return nil
        }
        query = cut
    }
    return nil
}

/// A text without some tokens of its middle; nil where next to nothing would stay.
private func withoutMiddle(_ text: String, tokens: Int, _ tokenizer: AnswerTokenizer) -> String? {
    let ids = tokenizer.tokenizer.encode(text, addSpecialTokens: false)
    let kept = ids.count - tokens - 4  // room for the mark of the cut, which may tokenize otherwise
    guard kept >= 8 else { return nil }
    return tokenizer.tokenizer.decode(ids.prefix((kept + 1) / 2)) + " … "
        + tokenizer.tokenizer.decode(ids.suffix(kept / 2))
}

/// What follows from −log p of each token of each answer: [arm][wording][token].
package func diagnosed(
    _ subject: Subject, _ losses: [[[Float]]], _ normalization: Normalization?, _ temperature: Double = 1
) throws(DiagnosisError) -> DiagnosedQuery {
    let normalization = normalization ?? Normalization(lengths: losses[0].map(\.count))
    var beliefs: [AnswerBelief] = []
    for losses in losses {
        var rest = losses[...]
        let scores = subject.candidates.map { candidate in
            defer { rest = rest.dropFirst(candidate.wordings.count) }
            return logSumExp(rest.prefix(candidate.wordings.count).map(normalization.score))
        }
        guard scores.allSatisfy(\.isFinite) else { throw .notFinite(query: subject.query.id) }
        beliefs.append(AnswerBelief(logLikelihoods: scores, temperature: temperature))
    }
    let reference = subject.reference
    let shifts = beliefs.dropFirst(reference + 1).map { BeliefShift(from: beliefs[reference], to: $0) }
    let first = subject.candidates.prefix(beliefs[0].best).reduce(0) { $0 + $1.wordings.count }
    return DiagnosedQuery(
        subject: subject, normalization: normalization, belief: beliefs[0],
        answerLoss: -Normalization.mean.score(losses[0][first]),
        shifts: Array(shifts.prefix(subject.facts.count)),
        placebos: Array(shifts.dropFirst(subject.facts.count)))
}
