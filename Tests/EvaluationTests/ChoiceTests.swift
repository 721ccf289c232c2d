import Statistics
import Evaluation
import Examples
import Foundation
import ModelFiles
import Records
import TestSupport
import Testing
import Tokenization
import Transformers

/// Multiple choice on a tiny model, against transformers in float64.
@Suite struct ChoiceTests {
    let model: Decoder
    let tokenizer: Tokenizer
    let questions: [ChoiceQuestion]

    init() throws {
        let path = repositoryPath(EvaluationReference.model)
        model = try Decoder(ModelSource(path: path))
        tokenizer = try tinyTokenizer(path)
        let folder = try TemporaryFolder()
        let file = folder.file("questions.jsonl")
        try EvaluationReference.questions().joined(separator: "\n")
            .write(toFile: file, atomically: true, encoding: .utf8)
        questions = try readChoices(at: file).records
    }

    @Test func scoresAndChoicesMatch() async throws {
        let (encoded, rejects) = try encode(
            questions, with: tokenizer, contextLength: model.contextLength, vocabulary: model.vocabulary)
        #expect(rejects.isEmpty)
        let outcomes = await multipleChoice(of: model, on: encoded, packTokens: 100, workers: 2)
        let reference = try EvaluationReference().choices
        #expect(outcomes.count == reference.count && outcomes.count == 24)
        for (outcome, reference) in zip(outcomes, reference) {
            #expect(outcome.tokens == reference.tokens)
            #expect(outcome.answer == reference.answer)
            for (found, expected) in zip(outcome.logLikelihoods, reference.log_likelihoods) {
                #expect(abs(found - expected) < 1e-4)
            }
            #expect(outcome.prediction(by: .none) == reference.predictions["acc"])
            #expect(outcome.prediction(by: .characters) == reference.predictions["acc_norm"])
            #expect(outcome.prediction(by: .bytes) == reference.predictions["acc_bytes"])
            #expect(outcome.prediction(by: .tokens) == reference.predictions["acc_tokens"])
        }
        let summary = ChoiceSummary(outcomes)
        for (way, name) in [
            (LengthNormalization.none, "acc"), (.characters, "acc_norm"), (.tokens, "acc_tokens"),
        ] {
            let right = reference.count { $0.predictions[name] == $0.answer }
            #expect(summary.correct[way] == Proportion(right, of: 24))
        }
        #expect(abs(summary.chance - (1.0 / 2 + 1.0 / 3 + 1.0 / 4 + 1.0 / 5) / 4) < 1e-12)
    }

    /// A prompt too long for the context is cut alike for all options.
    @Test func aLongPromptIsCutFromTheLeft() throws {
        let long = ChoiceQuestion(
            id: "long", line: 1, prompt: .text(String(repeating: "x", count: 300)), options: ["ab", "c"],
            answer: 0)
        let (encoded, _) = try encode(
            [long], with: tokenizer, contextLength: model.contextLength, vocabulary: model.vocabulary)
        let question = try #require(encoded.first)
        #expect(question.continuations.prompt.count == model.contextLength - 2 && question.cut == 46)
        let (_, rejects) = try encode([long], with: tokenizer, contextLength: 2, vocabulary: model.vocabulary)
        #expect(rejects.first?.description.contains("context is 2") == true)
    }

    @Test func lengthsAreCharactersBytesAndTokens() {
        let question = EncodedQuestion(
            id: "1", line: 1, continuations: Continuations(prompt: [1], options: [[2], [3, 4, 5]]),
            options: ["é😀", "abcd"], answer: 1, cut: 0)
        let outcome = ChoiceOutcome(question, tokenLosses: [[6], [1, 2, 6]])
        #expect(outcome.logLikelihoods == [-6, -9])
        #expect(outcome.scores(by: .characters) == [-3, -2.25])
        #expect(outcome.scores(by: .bytes) == [-1, -2.25])
        #expect(outcome.scores(by: .tokens) == [-6, -3])
        #expect(outcome.answerLoss == 3)
        #expect(abs(outcome.answerProbability - 0.04742587317756678) < 1e-12)
        let tied = ChoiceOutcome(question, tokenLosses: [[6], [1, 2, 3]])
        #expect(tied.isTied(by: .none) && tied.prediction(by: .none) == 0 && !tied.isTied(by: .bytes))
    }
}
