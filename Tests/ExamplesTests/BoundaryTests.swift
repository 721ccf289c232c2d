import Foundation
import Records
import TestSupport
import Testing
import Tokenization
import Transformers

@testable import Examples

/// Prompt and answer are encoded together; the offsets of `tokenizers` say where the answer begins.
@Suite struct BoundaryTests {
    struct Kind: Decodable {
        let name: String
        let cases: [Case]
    }

    struct Case: Decodable {
        let prompt, answer: String
        let ids: [Int32]
        let first: Int
        let promptIsPrefix: Bool
    }

    /// The tokenizers of the reference, each in a folder of its own while the body runs.
    static func withKinds(_ body: (Kind, Tokenizer) throws -> Void) throws {
        let data = try Data(contentsOf: URL(filePath: fixture("boundaries.json", of: "ExamplesTests")))
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let kinds = try decoder.decode([Kind].self, from: data)
        let files = try #require(try JSONSerialization.jsonObject(with: data) as? [[String: Any]])
        for (kind, file) in zip(kinds, files) {
            let folder = try TemporaryFolder()
            let tokenizer = try JSONSerialization.data(withJSONObject: try #require(file["tokenizer"]))
            try tokenizer.write(to: URL(filePath: folder.file("tokenizer.json")))
            let roles = #"{"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"}"#
            try roles.write(toFile: folder.file("tokenizer_config.json"), atomically: true, encoding: .utf8)
            try body(kind, Tokenizer(tokenizerJSON: folder.file("tokenizer.json")))
        }
    }

    @Test func answersBeginWhereTheReferencesOffsetsSay() throws {
        try Self.withKinds { kind, tokenizer in
            for one in kind.cases {
                let both = TextWithAnswer(one.prompt, one.answer, ended: false, tokenizer)
                let place: Comment =
                    "\(kind.name): \(one.prompt.debugDescription) + \(one.answer.debugDescription)"
                #expect(both.ids == one.ids, place)
                #expect(both.answer == one.first, place)
                if one.promptIsPrefix { #expect(!both.isMerged, place) }
            }
        }
    }

    /// Examples, options, contrasts and answers without a template have the same tokens.
    @Test func allWaysToAnAnswerAgree() throws {
        try Self.withKinds { kind, tokenizer in
            let (prompt, answer) = ("The answer is:", " Paris")
            let both = TextWithAnswer(prompt, answer, ended: false, tokenizer)
            let end = try #require(tokenizer.end)
            let example = Example(
                id: "1", line: 1, content: .promptCompletion(prompt: prompt, completion: answer),
                contrast: Contrast(completion: " London"))
            let encoded = try encode(
                [example], with: tokenizer, contextLength: 100, vocabulary: 1000
            ).examples
            #expect(encoded[0].sequence.ids == both.ids + [end])
            #expect(encoded[0].sequence.supervised.firstIndex(of: true) == both.answer)
            let question = ChoiceQuestion(
                id: "1", line: 1, prompt: .text(prompt), options: [answer, " London"], answer: 0)
            let asked = try encode([question], with: tokenizer, contextLength: 100, vocabulary: 1000)
            #expect(
                asked.questions[0].continuations.prompt + asked.questions[0].continuations.options[0]
                    == both.ids)
            let fork = try #require(contrasted(encoded, of: [example], with: tokenizer)[0].fork)
            let (own, other) = (
                encoded[0].sequence.ids, TextWithAnswer(prompt, " London", ended: true, tokenizer).ids
            )
            #expect(own[...fork.position] == other[...fork.position])
            #expect(own[fork.position + 1] == fork.own && other[fork.position + 1] == fork.other)
            #expect(fork.own != fork.other)
            let answers = try AnswerTokenizer(tokenizer).continuations(of: prompt, answers: ["Paris"])
            let turn = TextWithAnswer(prompt + "\n", "Paris", ended: false, tokenizer)
            #expect(answers.prompt + answers.options[0] == turn.ids, "\(kind.name)")
        }
    }

    @Test func endsAndBeginningsStandOnce() throws {
        try Self.withKinds { kind, tokenizer in
            let (begin, end) = (try #require(tokenizer.beginning), try #require(tokenizer.end))
            for content in [
                Content.promptCompletion(prompt: "<s>The answer is", completion: " no</s>"),
                .text("<s>The answer is no</s>"), .text("The answer is no"),
            ] {
                let encoded = try encode(
                    [Example(id: "1", line: 1, content: content)], with: tokenizer, contextLength: 100,
                    vocabulary: 1000
                ).examples[0]
                #expect(encoded.sequence.ids.count { $0 == begin } == 1, "\(kind.name)")
                #expect(encoded.sequence.ids.count { $0 == end } == 1, "\(kind.name)")
                #expect(encoded.sequence.ids.first == begin && encoded.sequence.ids.last == end)
            }
            #expect(tokenizer.promptTokens("<s>yes").count { $0 == begin } == 1)
        }
    }
}
