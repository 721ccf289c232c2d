import Statistics
import Evaluation
import Examples
import ModelFiles
import Records
import TestSupport
import Testing
import Tokenization
import Transformers

/// Generated answers on a tiny model, against transformers.
@Suite struct MatchTests {
    @Test(arguments: [1, 5, 16])
    func textsAndLossesMatch(together: Int) async throws {
        let path = repositoryPath(EvaluationReference.model)
        let (model, tokenizer) = (try Decoder(ModelSource(path: path)), try tinyTokenizer(path))
        let reference = try EvaluationReference()
        let examples = reference.generations.enumerated().map { index, made in
            Example(
                id: "\(index)", line: index + 1,
                content: .promptCompletion(prompt: made.prompt, completion: made.completion))
        }
        let (prompts, rejects) = try answerPrompts(
            of: examples, with: tokenizer, contextLength: model.contextLength, vocabulary: model.vocabulary,
            room: reference.limit)
        #expect(rejects.isEmpty)
        let questions = prompts.compactMap { AnswerableQuestion($0, .whole) }
        var seen = (questions: 0, tokens: 0)
        let outcomes = await exactMatch(
            of: model, on: questions, tokenizer: tokenizer, ends: tokenizer.ends(named: []),
            extraction: .whole,
            maxTokens: reference.limit,
            together: together, packTokens: 60, workers: 2
        ) { seen = (seen.questions + $0, seen.tokens + $1) }
        #expect(outcomes.count == 12 && reference.generations.count == 12)
        for (outcome, made) in zip(outcomes, reference.generations) {
            #expect(outcome.generation == made.text)
            #expect(outcome.tokens == made.tokens)
            #expect(outcome.isFinished == (made.tokens < reference.limit))
            #expect(outcome.isCorrect == (made.completion == made.text))
            #expect(abs(outcome.referenceLoss - made.nll) < 1e-4)
        }
        let summary = MatchSummary(outcomes)
        #expect(summary.correct == Proportion(8, of: 12))
        #expect(summary.unfinished == reference.generations.count { $0.tokens == reference.limit })
        #expect(seen.questions == 12)
        #expect(
            seen.tokens == prompts.reduce(0) { $0 + $1.prompt.count } + outcomes.reduce(0) { $0 + $1.tokens })
    }
}
