import Statistics
public import Examples
import Kernels
public import Tokenization
public import Transformers

/// An answer that a model gave, beside the reference.
public struct MatchOutcome: Sendable {
    /// The record's id.
    public let id: String
    /// What the model wrote, without the token that ends it.
    public let generation: String
    /// The number of tokens that it wrote.
    public let tokens: Int
    /// Whether it came to an end by itself, before the most tokens were reached.
    public let isFinished: Bool
    /// The answer in what the model wrote; nil where there is none.
    public let prediction: String?
    /// The answer in the reference.
    public let reference: String
    /// −log p of the reference's tokens, their mean in nats.
    public let referenceLoss: Double

    /// Whether the answers are the same.
    public var isCorrect: Bool { prediction == reference }
}

/// A question whose reference holds an answer.
public struct AnswerableQuestion: Sendable {
    /// The question as tokens.
    public let prompt: AnswerPrompt
    /// The answer in its reference.
    public let answer: String

    /// The question, or nil where `extraction` finds no answer in its reference.
    public init?(_ prompt: AnswerPrompt, _ extraction: AnswerExtraction) {
        guard let answer = extraction.answer(in: prompt.reference) else { return nil }
        (self.prompt, self.answer) = (prompt, answer)
    }
}

/// Has a model answer questions, greedily, and compares the answers with the references.
///
/// Questions of about one length are answered together, `together` at a time by each worker. What is together does
/// not depend on the number of workers, so neither do the answers.
///
/// - Parameters:
///   - model: The model that answers.
///   - questions: Prompts as tokens, with their references.
///   - tokenizer: The model's; it turns what was written into text.
///   - ends: The tokens that end an answer, beside those that end its reference.
///   - extraction: Where in what the model wrote its answer is, as for the references.
///   - maxTokens: The most tokens of an answer.
///   - together: Questions that a worker answers at a time.
///   - packTokens: Tokens of references that a worker computes together.
///   - workers: Packs of references, and then groups of questions, computed at a time.
///   - progress: Sees the number of questions and tokens as they are finished: those read, then those written.
/// - Returns: An outcome for each question, in order.
nonisolated(nonsending) public func exactMatch(
    of model: Decoder, on questions: [AnswerableQuestion], tokenizer: Tokenizer, ends: Set<Int32>,
    extraction: AnswerExtraction, maxTokens: Int, together: Int, packTokens: Int, workers: Int,
    progress: (_ questions: Int, _ tokens: Int) -> Void = { _, _ in }
) async -> [MatchOutcome] {
    let prompts = questions.map(\.prompt)
    let losses = await model.tokenLosses(
        of: prompts.map(\.sequence), packTokens: packTokens, workers: workers)
    var written = [[Int32]](repeating: [], count: prompts.count)
    let groups = Packs(lengths: prompts.map(\.prompt.count), sequences: together)
    await groups.forEach(workers: workers) { members in
        let ends = ends.union(members.compactMap { prompts[$0].end })
        return model.greedy(members.map { prompts[$0].prompt }, limit: maxTokens, ends: ends)
    } deliver: { members, results in
        for (member, result) in zip(members, results) { written[member] = result }
        progress(
            members.count, zip(members, results).reduce(0) { $0 + prompts[$1.0].prompt.count + $1.1.count })
    }
    return questions.indices.map { index in
        let (question, ids) = (questions[index], written[index])
        let text = tokenizer.decode(ids, skipSpecialTokens: true)
        let loss = mean(losses[index])
        return MatchOutcome(
            id: question.prompt.id, generation: text, tokens: ids.count, isFinished: ids.count < maxTokens,
            prediction: extraction.answer(in: text), reference: question.answer, referenceLoss: loss)
    }
}
