public import Examples
public import Transformers

/// Asks a model multiple-choice questions: scores every option as the continuation of its question's prompt.
///
/// Nothing is generated. Each prompt is computed once for all its options.
///
/// - Parameters:
///   - model: The model that is asked.
///   - questions: Questions with their options, as tokens.
///   - packTokens: Tokens a worker computes together; memory grows with it.
///   - workers: Packs computed at a time.
///   - progress: Sees the number of questions and tokens of each finished pack.
/// - Returns: An outcome for each question, in order.
nonisolated(nonsending) public func multipleChoice(
    of model: Decoder, on questions: [EncodedQuestion], packTokens: Int, workers: Int,
    progress: (_ questions: Int, _ tokens: Int) -> Void = { _, _ in }
) async -> [ChoiceOutcome] {
    let losses = await model.tokenLosses(
        of: questions.map(\.continuations), packTokens: packTokens, workers: workers, progress: progress)
    return zip(questions, losses).map { ChoiceOutcome($0, tokenLosses: $1) }
}
