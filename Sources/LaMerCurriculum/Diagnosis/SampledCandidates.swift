import Evaluation
public import Examples
import Kernels
import Tokenization
public import Transformers

/// How answers are sampled from the model.
public struct Sampling: Sendable {
    /// Distinct answers to sample, without a fact and with facts alike.
    public var count = 2
    /// The sampling temperature.
    public var temperature: Float = 0.8
    /// Nucleus sampling: the cumulative probability of the tokens sampled from.
    public var topP: Float = 0.95
    /// The maximum number of tokens of an answer.
    public var maxTokens = 48
    /// The random seed.
    public var seed = 0

    /// The default values.
    public init() {}
}

/// Candidates for queries without options: answers sampled from the model.
///
/// Told nothing, a query is answered until `count` distinct answers are there, at most 4 · `count` times; answers that
/// differ in case, punctuation and articles alone are one. With `tellingFacts` the same is done with its facts told in
/// turn, so that an answer which a fact makes possible is among the candidates: two answers drawn without the fact
/// cannot contain it.
///
/// - Returns: for each query its candidates; fewer than two where the model always says the same.
nonisolated(nonsending) public func sampledCandidates(
    for queries: [(query: Query, facts: [Fact])], by model: Decoder, _ tokenizer: AnswerTokenizer,
    _ sampling: Sampling, tellingFacts: Bool, packTokens: Int, workers: Int,
    progress: (_ answers: Int, _ tokens: Int) -> Void = { _, _ in }
) async throws(DiagnosisError) -> [[Candidate]] {
    var answers = [[String]](repeating: [], count: 2 * queries.count)  // told nothing, then told facts
    for round in 0..<4 {
        var (owners, prompts) = ([(arm: Int, stream: Int)](), [[Int32]]())
        for arm in answers.indices {
            let (query, facts) = queries[arm % queries.count]
            let isTold = arm >= queries.count
            if isTold && (!tellingFacts || facts.isEmpty) { continue }
            guard Set(answers[arm].map(normalizedAnswer)).count < sampling.count else { continue }
            for draw in 0..<sampling.count {
                let fact = isTold ? facts[draw % facts.count].text : nil
                let stream = (arm * 4 + round) * sampling.count + draw
                do throws(ConversationError) {
                    prompts.append(try tokenizer.prompt(turn(query.text, telling: fact)))
                } catch {
                    throw .conversation(query: query.id, error)
                }
                owners.append((arm, stream))
            }
        }
        let drawn = await model.sampledTexts(
            prompts, streams: owners.map(\.stream), tokenizer, sampling, packTokens: packTokens,
            workers: workers, progress: progress)
        for (owner, text) in zip(owners, drawn) where text.contains(where: { $0.isLetter || $0.isNumber }) {
            let known = Set(answers[owner.arm].map(normalizedAnswer))
            if known.count < sampling.count || known.contains(normalizedAnswer(text)) {
                answers[owner.arm].append(text)
            }
        }
    }
    return queries.indices.map {
        Candidate.merged(untold: answers[$0], told: answers[$0 + queries.count])
    }
}

extension Decoder {
    /// What the model says after each prompt, drawn with a stream of random numbers of its own.
    nonisolated(nonsending) fileprivate func sampledTexts(
        _ prompts: [[Int32]], streams: [Int], _ answers: AnswerTokenizer, _ sampling: Sampling,
        packTokens: Int,
        workers: Int, progress: (_ answers: Int, _ tokens: Int) -> Void
    ) async -> [String] {
        var texts = [String](repeating: "", count: prompts.count)
        let (tokenizer, ends) = (answers.tokenizer, answers.ends)
        let packs = Packs(lengths: prompts.map(\.count), tokens: 4 * packTokens)
        await packs.forEach(workers: workers) { members in
            var generators = members.map { SeededGenerator(seed: sampling.seed, stream: streams[$0]) }
            return sample(
                members.map { prompts[$0] }, limit: sampling.maxTokens, ends: ends,
                temperature: sampling.temperature, topP: sampling.topP, using: &generators)
        } deliver: { members, made in
            for (member, ids) in zip(members, made) {
                let text = tokenizer.decode(ids, skipSpecialTokens: true)
                texts[member] = String(
                    text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
            }
            progress(members.count, made.reduce(0) { $0 + $1.count })
        }
        return texts
    }
}
