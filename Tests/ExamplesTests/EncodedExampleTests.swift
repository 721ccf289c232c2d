import Examples
import Foundation
import Records
import TestSupport
import Testing
import Tokenization
import Transformers

@Suite struct EncodedExampleTests {
    /// Bytes as tokens, an end token, and merges of nothing: ids are easy to foretell.
    static func tokenizer(chatTemplate: String? = nil) throws -> Tokenizer {
        let letters = (UInt8(ascii: "a")...UInt8(ascii: "z")).map { String(UnicodeScalar($0)) }
        return try Tokenizer(
            Vocabulary(
                tokens: letters + ["<end>"], kinds: letters.map { _ in 1 } + [3], merges: [],
                splitter: "smollm",
                beginning: nil, end: 26, addsBeginning: false, addsEnd: false, chatTemplate: chatTemplate,
                source: "test"))
    }

    func example(_ content: Content) -> Example { Example(id: "x", line: 7, content: content) }

    @Test func promptCompletionAndEnd() throws {
        let (examples, rejects) = try encode(
            [example(.promptCompletion(prompt: "abc", completion: "de"))], with: try Self.tokenizer(),
            contextLength: 100, vocabulary: 27)
        #expect(rejects.isEmpty)
        #expect(examples[0].sequence.ids == [0, 1, 2, 3, 4, 26])
        #expect(examples[0].sequence.supervised == [false, false, false, true, true, true])
        #expect(examples[0].cut == 0)
    }

    @Test func textIsSupervisedButForItsFirstToken() throws {
        let (examples, _) = try encode(
            [example(.text("abc"))], with: try Self.tokenizer(), contextLength: 100, vocabulary: 27)
        #expect(examples[0].sequence.ids == [0, 1, 2, 26])
        #expect(examples[0].sequence.targetCount == 3)
    }

    /// The prompt is cut from the left, the answer never.
    @Test func tooLongLosesThePromptsBeginning() throws {
        let (examples, _) = try encode(
            [example(.promptCompletion(prompt: "abcdef", completion: "xyz"))], with: try Self.tokenizer(),
            contextLength: 6, vocabulary: 27)
        #expect(examples[0].sequence.ids == [4, 5, 23, 24, 25, 26])
        #expect(examples[0].sequence.targetCount == 4)
        #expect(examples[0].cut == 4)
    }

    @Test(arguments: [
        (Content.promptCompletion(prompt: "a", completion: ""), "is empty"),
        (.promptCompletion(prompt: "a", completion: "abcdefgh"), "9 tokens"),
        (.text(""), "is empty"),
    ])
    func rejectsWithTheReason(content: Content, reason: String) throws {
        let (examples, rejects) = try encode(
            [example(content)], with: try Self.tokenizer(), contextLength: 6, vocabulary: 27)
        #expect(examples.isEmpty)
        #expect(rejects[0].description.contains(reason))
        #expect(rejects[0].description.contains("line 7"))
    }

    /// Each turn's letters, an assistant's turn closed by the end token and a stray letter.
    static let template = """
        {%- for m in messages -%}
        {{ m.content }}{% if m.role == 'assistant' %}<end>z{% else %}x{% endif %}
        {%- endfor -%}
        {%- if add_generation_prompt %}{% endif -%}
        """

    @Test func assistantTurnsAreSupervisedToTheirEnd() throws {
        let messages = [
            Message(role: "user", content: "a"), Message(role: "assistant", content: "bc"),
            Message(role: "user", content: "d"), Message(role: "assistant", content: "e"),
        ]
        let tokenizer = try Self.tokenizer(chatTemplate: Self.template)
        let (all, _) = try encode(
            [example(.conversation(messages, supervisedFrom: 0))], with: tokenizer, contextLength: 100,
            vocabulary: 27)
        #expect(all[0].sequence.ids == [0, 23, 1, 2, 26, 25, 3, 23, 4, 26, 25])
        #expect(
            all[0].sequence.supervised == [
                false, false, true, true, true, false, false, false, true, true, false,
            ])
        let (last, _) = try encode(
            [example(.conversation(messages, supervisedFrom: 3))], with: tokenizer, contextLength: 100,
            vocabulary: 27)
        #expect(last[0].sequence.targetCount == 2)
    }

    /// A template that strips earlier answers: what was supervised cannot be told, so the run stops.
    @Test func aTemplateWithoutThePrefixPropertyIsAnError() throws {
        let stripping =
            "{% for m in messages %}{% if loop.last or m.role == 'user' %}{{ m.content }}{% endif %}{% endfor %}"
        let messages = [
            Message(role: "user", content: "a"), Message(role: "assistant", content: "b"),
            Message(role: "user", content: "c"), Message(role: "assistant", content: "d"),
        ]
        #expect(throws: ExampleError.conversation(line: 7, id: "x", .notAPrefix(turn: 1))) {
            _ = try encode(
                [example(.conversation(messages, supervisedFrom: 0))],
                with: try Self.tokenizer(chatTemplate: stripping), contextLength: 100, vocabulary: 27)
        }
    }

    @Test func messagesNeedATemplate() throws {
        #expect(throws: ExampleError.conversation(line: 7, id: "x", .noTemplate)) {
            _ = try encode(
                [example(.conversation([Message(role: "assistant", content: "b")], supervisedFrom: 0))],
                with: try Self.tokenizer(), contextLength: 100, vocabulary: 27)
        }
    }

    /// A tokenizer of another model: refused, for the model has no row for the token.
    @Test func aTokenOutsideTheVocabularyIsRejected() throws {
        let (examples, rejects) = try encode(
            [example(.promptCompletion(prompt: "a", completion: "z"))], with: try Self.tokenizer(),
            contextLength: 9,
            vocabulary: 20)
        #expect(examples.isEmpty && rejects[0].description.contains("token 25"))
    }

    /// An option is what an answer would be, without the token that ends it.
    @Test func optionsAreAnswersWithoutTheirEnd() throws {
        let plain = ChoiceQuestion(id: "x", line: 7, prompt: .text("ab"), options: ["cd", "e"], answer: 1)
        let (questions, _) = try encode(
            [plain], with: try Self.tokenizer(), contextLength: 100, vocabulary: 27)
        #expect(questions[0].continuations.prompt == [0, 1])
        #expect(questions[0].continuations.options == [[2, 3], [4]])
        let turns = ChoiceQuestion(
            id: "x", line: 7, prompt: .conversation([Message(role: "user", content: "a")]),
            options: ["bc", "d"],
            answer: 0)
        let (asked, _) = try encode(
            [turns], with: try Self.tokenizer(chatTemplate: Self.template), contextLength: 100, vocabulary: 27
        )
        #expect(asked[0].continuations.prompt == [0, 23])
        #expect(asked[0].continuations.options == [[1, 2], [3]])
    }

    @Test func optionsThatCannotBeScoredAreRejected() throws {
        func reason(_ prompt: String, _ options: [String], contextLength: Int = 9) throws -> String {
            let question = ChoiceQuestion(
                id: "x", line: 7, prompt: .text(prompt), options: options, answer: 1)
            let (questions, rejects) = try encode(
                [question], with: try Self.tokenizer(), contextLength: contextLength, vocabulary: 20)
            #expect(questions.isEmpty && rejects.count == 1)
            return rejects.first?.description ?? ""
        }
        #expect(try reason("a", ["b", "z"]).contains("token 25"))
        #expect(try reason("", ["b", "c"]).contains("its prompt is empty"))
        #expect(try reason("a", ["b", ""]).contains("no tokens"))
        #expect(try reason("a", ["b", "cdefg"], contextLength: 5).contains("5 tokens"))
    }

    @Test func theLastAnswerIsTakenOff() throws {
        let messages = [
            Message(role: "user", content: "a"), Message(role: "assistant", content: "bc"),
            Message(role: "user", content: "d"), Message(role: "assistant", content: "e"),
        ]
        let examples = [
            example(.promptCompletion(prompt: "abc", completion: "de")),
            example(.conversation(messages, supervisedFrom: 0)),
            example(.conversation(Array(messages.prefix(3)), supervisedFrom: 0)), example(.text("abc")),
            example(.promptCompletion(prompt: "a", completion: "")),
            example(.promptCompletion(prompt: "", completion: "a")),
        ]
        let tokenizer = try Self.tokenizer(chatTemplate: Self.template)
        let (prompts, rejects) = try answerPrompts(
            of: examples, with: tokenizer, contextLength: 100, vocabulary: 27, room: 10)
        #expect(prompts.map(\.prompt) == [[0, 1, 2], [0, 23, 1, 2, 26, 25, 3, 23]])
        #expect(prompts.map(\.reference) == ["de", "e"])
        #expect(prompts.map(\.end) == [26, 26])
        #expect(prompts.map(\.sequence.targetCount) == [3, 2])
        #expect(rejects.count == 4)
        for (reject, reason) in zip(
            rejects, ["not end in an answer", "not end in an answer", "empty", "prompt is empty"])
        {
            #expect(reject.description.contains(reason))
        }
        // Room for 10 tokens in a context of 12 leaves 2 for the prompt; the answer's own 3 would leave 9.
        let (cut, _) = try answerPrompts(
            of: [examples[0]], with: tokenizer, contextLength: 12, vocabulary: 27, room: 10)
        #expect(cut[0].prompt == [1, 2] && cut[0].cut == 1 && cut[0].sequence.ids == [1, 2, 3, 4, 26])
    }
}
