import ChatTemplates
import JSON
import Foundation
import Records
import TestSupport
import Testing
import Tokenization
import Transformers

@testable import Examples

/// What of a conversation is supervised; the expected texts are those of transformers.
@Suite struct ConversationTests {
    /// A tokenizer of bytes and markers.
    static func tokenizer(_ template: String) throws -> Tokenizer {
        try ByteTokenizer.make(special: ["<|endoftext|>", "<|im_start|>", "<|im_end|>"], end: 258, template)
    }

    /// The conversation with its supervised parts between ⟦ and ⟧.
    static func shown(_ line: String, _ template: String, contextLength: Int = 1000) throws -> String {
        let folder = try TemporaryFolder()
        try line.write(toFile: folder.file("data.jsonl"), atomically: true, encoding: .utf8)
        let tokenizer = try tokenizer(template)
        let records = try readExamples(at: folder.file("data.jsonl"), RecordReading()).records
        let encoding = ExampleEncoding(now: try #require(Moment(day: "2026-11-30")))
        let (examples, rejects) = try encode(
            records, with: tokenizer, contextLength: contextLength, vocabulary: 1000, encoding)
        guard let sequence = examples.first?.sequence else { return "\(rejects)" }
        var (text, isOn) = ("", false)
        for (id, mark) in zip(sequence.ids, sequence.supervised) {
            if mark != isOn { text += mark ? "⟦" : "⟧" }
            isOn = mark
            text += tokenizer.decode([id])
        }
        return text + (isOn ? "⟧" : "")
    }

    static let one =
        #"{"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]}"#
    static let two = #"""
        {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}, {"role": "user", "content": "r"}, {"role": "assistant", "content": "b"}]}
        """#
    static let lists = #"""
        {"prompt": [{"role": "user", "content": "q"}], "completion": [{"role": "assistant", "content": "a"}]}
        """#

    /// Templates in the manner of Phi-3, DeepSeek R1 and Qwen 3, with the place of a mark.
    static func template(prompt: String, answer: String, atEnd: String = "", marked: Bool) -> String {
        let (begin, end) = marked ? ("{% generation %}", "{% endgeneration %}") : ("", "")
        return "{% for m in messages %}{% if m.role == 'assistant' %}{{ '<|im_start|>assistant\n' }}\(begin)"
            + "{{ \(answer) + '<|im_end|>' }}\(end){% else %}{{ '<|im_start|>' + m.role + '\n' + m.content + '<|im_end|>\n' }}"
            + "{% endif %}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\(prompt)' }}{% else %}"
            + "{{ '\(atEnd)' }}{% endif %}"
    }

    static func user(_ text: String) -> String {
        "<|im_start|>user\n\(text)<|im_end|>\n<|im_start|>assistant\n"
    }

    @Test(arguments: [true, false])
    func templatesThatRenderTheLastTurnInAnotherWay(marked: Bool) throws {
        let phi = Self.template(prompt: "\n", answer: "m.content", atEnd: "<|endoftext|>", marked: marked)
        // Without marks what stands after the last turn is its end too, as in TRL's training template of Phi-3.
        let tail = marked ? "⟦b<|im_end|>⟧<|endoftext|>" : "⟦b<|im_end|><|endoftext|>⟧"
        #expect(
            try Self.shown(Self.two, phi) == Self.user("q") + "⟦a<|im_end|>⟧" + Self.user("r") + tail)
        let think = "<think>\n\n</think>\n\n"
        let qwen = Self.template(
            prompt: "\n", answer: "('\(think)' if loop.last else '') + m.content", marked: marked)
        #expect(
            try Self.shown(Self.two, qwen)
                == Self.user("q") + "⟦a<|im_end|>⟧" + Self.user("r") + "⟦\(think)b<|im_end|>⟧")
        let r1 = Self.template(prompt: "\n<think>\n", answer: "m.content", marked: marked)
        for line in [Self.one, Self.lists] {
            #expect(try Self.shown(line, r1) == Self.user("q") + "⟦a<|im_end|>⟧")
        }
        #expect(
            try Self.shown(Self.two, r1) == Self.user("q") + "⟦a<|im_end|>⟧" + Self.user("r")
                + "⟦b<|im_end|>⟧")
    }

    static let full = """
        {%- if tools %}{{ 'Tools: ' + (tools | tojson) + '\\n' }}{%- endif %}\
        {%- if enable_thinking is defined and not enable_thinking %}{{ '[nothink]' }}{%- endif %}\
        {%- for m in messages %}{{- '<|im_start|>' + m.role + (' ' + m.name if m.name is defined else '') + '\\n' }}\
        {%- if m.reasoning_content %}{{- '<think>' + m.reasoning_content + '</think>' }}{%- endif %}\
        {{- m.content + '<|im_end|>\\n' }}{%- endfor %}\
        {%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}
        """

    static let fields: [(line: String, text: String)] = [
        (
            #"{"messages": [{"role": "user", "content": "q", "name": "bob"}, {"role": "assistant", "content": "a", "reasoning": "because", "tool_calls": []}]}"#,
            "<|im_start|>user bob\nq<|im_end|>\n<|im_start|>assistant\n⟦<think>because</think>a<|im_end|>⟧\n"
        ),
        (
            #"{"messages": [{"role": "user", "content": "q", "name": null}, {"role": "assistant", "content": "a"}], "tools": [{"b": 1, "a": 2}], "chat_template_kwargs": {"enable_thinking": false}}"#,
            "Tools: [{\"b\": 1, \"a\": 2}]\n[nothink]" + user("q") + "⟦a<|im_end|>⟧\n"
        ),
        (
            #"{"conversations": [{"from": "human", "value": "q"}, {"from": "gpt", "value": "a"}], "system": "s", "tools": ""}"#,
            "<|im_start|>system\ns<|im_end|>\n" + user("q") + "⟦a<|im_end|>⟧\n"
        ),
        (
            #"{"conversations": [{"from": "human", "value": "q"}, {"from": "gpt", "value": "a"}], "tools": "[{\"x\": 1}]", "enable_thinking": false}"#,
            "Tools: [{\"x\": 1}]\n[nothink]" + user("q") + "⟦a<|im_end|>⟧\n"
        ),
        (
            #"{"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "bad", "weight": 0}, {"role": "user", "content": "r"}, {"role": "assistant", "content": "good", "weight": 1}]}"#,
            user("q") + "bad<|im_end|>\n" + user("r") + "⟦good<|im_end|>⟧\n"
        ),
    ]

    @Test(arguments: fields)
    func fieldsReachTheTemplate(line: String, text: String) throws {
        #expect(try Self.shown(line, Self.full) == text)
    }

    /// A text whose states are read is rendered with all that one that is learned is.
    @Test func statesAreThoseOfTheWholeConversation() throws {
        let folder = try TemporaryFolder()
        let line =
            #"{"messages": [{"role": "user", "content": "q"}], "system": "s", "enable_thinking": false}"#
        try line.write(toFile: folder.file("data.jsonl"), atomically: true, encoding: .utf8)
        let tokenizer = try Self.tokenizer(Self.full)
        let records = try readStateRecords(at: folder.file("data.jsonl")).records
        let ids = encode(records, with: tokenizer, contextLength: 1000, vocabulary: 1000).sequences[0].ids
        let system = "<|im_start|>system\ns<|im_end|>\n"
        #expect(tokenizer.decode(ids) == "[nothink]" + system + Self.user("q"))
    }

    /// An answer that messages end with is not read: states are those where the assistant begins to speak.
    @Test func anAnswerIsNoPartOfAState() throws {
        let folder = try TemporaryFolder()
        let user = #"{"role": "user", "content": "q"}"#
        let answer = #"{"role": "assistant", "content": "a"}"#
        try """
        {"messages": [\(user), \(answer)]}
        {"messages": [\(user), \(answer), \(user)]}
        {"messages": [\(user)]}
        """.write(toFile: folder.file("data.jsonl"), atomically: true, encoding: .utf8)
        let records = try readStateRecords(at: folder.file("data.jsonl")).records
        let ids = encode(
            records, with: try Self.tokenizer(Self.full), contextLength: 1000, vocabulary: 1000
        ).sequences.map(\.ids)
        #expect(ids[0] == ids[2] && ids[1].count > ids[0].count)
    }

    /// A weight says what is learned, and nothing of what is asked.
    @Test func anAnswerOfWeight0IsAsked() throws {
        let folder = try TemporaryFolder()
        let line = Self.one.replacing("\"a\"}", with: "\"a\", \"weight\": 0}")
        try line.write(toFile: folder.file("data.jsonl"), atomically: true, encoding: .utf8)
        let records = try readExamples(at: folder.file("data.jsonl"), RecordReading()).records
        let (prompts, rejects) = try answerPrompts(
            of: records, with: Self.tokenizer(Self.full), contextLength: 1000, vocabulary: 1000, room: 10)
        #expect(rejects.isEmpty && prompts.map(\.reference) == ["a"])
    }

    /// A turn of weight 0 is found among marked ones too.
    @Test func aMarkedTurnOfWeight0IsNotSupervised() throws {
        let qwen = Self.template(
            prompt: "\n", answer: "('<think>' if loop.last else '') + m.content", marked: true)
        #expect(
            try Self.shown(Self.fields[4].line, qwen)
                == Self.user("q") + "bad<|im_end|>" + Self.user("r") + "⟦<think>good<|im_end|>⟧")
    }

    @Test func templatesSeeTheDateAndTheSpecialTokens() throws {
        let dated =
            "{{ strftime_now('%d %b %Y') }} {{ eos_token }} {{ pad_token is defined }} {% for m in messages %}{{ m.content }}{% endfor %}"
        #expect(try Self.shown(Self.one, dated) == "30 Nov 2026 <|im_end|> False q⟦a⟧")
        #expect(try Self.tokenizer(dated).templateAsksForDate)
        #expect(Moment(day: "2026-02-29") == nil && Moment(day: "2024-02-29")?.day == "2024-02-29")
    }

    /// The template's refusal is a reject, or the error that ends the run.
    @Test func aBadConversationCanBeSkipped() throws {
        let template = "{{ raise_exception('no') if messages | length > 1 }}{{ messages[0].content }}"
        let bad = Example(
            id: "x", line: 7,
            content: .conversation(
                [Message(role: "user", content: "q"), Message(role: "assistant", content: "a")],
                supervisedFrom: 0))
        let tokenizer = try Self.tokenizer(template)
        let (examples, rejects) = try encode(
            [bad], with: tokenizer, contextLength: 100, vocabulary: 1000,
            ExampleEncoding(skipsBadConversations: true))
        #expect(examples.isEmpty && rejects.map(\.line) == [7] && "\(rejects[0])".contains("no"))
        #expect(throws: ExampleError.self) {
            _ = try encode([bad], with: tokenizer, contextLength: 100, vocabulary: 1000)
        }
    }

    /// A conversation that is too long loses whole questions, with their answers.
    @Test func longConversationsLoseTheirFirstQuestions() throws {
        let text = try Self.shown(
            #"{"messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "uuuuuuuuuu"}, {"role": "assistant", "content": "aaaa"}, {"role": "user", "content": "vvvvvvvvvv"}, {"role": "assistant", "content": "bbbb"}]}"#,
            Self.full, contextLength: 64)
        #expect(text == "<|im_start|>system\ns<|im_end|>\n" + Self.user("vvvvvvvvvv") + "⟦bbbb<|im_end|>⟧\n")
    }

    @Test func noAnswerIsNamed() throws {
        let line = #"{"messages": [{"role": "user", "content": "q"}, {"role": "model", "content": "a"}]}"#
        #expect(try Self.shown(line, Self.full).contains("its roles are user, model"))
    }
}

/// A tokenizer whose tokens are bytes, and markers from id 256 on.
enum ByteTokenizer {
    static func make(special: [String], beginning: Int32? = nil, end: Int32, _ template: String) throws
        -> Tokenizer
    {
        var (letters, next) = ([String](), UInt32(256))
        for byte in UInt32(0)...255 {
            let isVisible = (33...126).contains(byte) || (161...172).contains(byte) || byte >= 174
            letters.append(String(Unicode.Scalar(isVisible ? byte : next) ?? "?"))
            if !isVisible { next += 1 }
        }
        return try Tokenizer(
            Vocabulary(
                tokens: letters + special, kinds: letters.map { _ in 1 } + special.map { _ in 3 }, merges: [],
                splitter: "gpt-2", beginning: beginning, end: end, chatTemplate: template, source: "bytes"))
    }
}
