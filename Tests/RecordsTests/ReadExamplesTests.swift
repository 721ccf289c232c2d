import Foundation
import Records
import Testing

@Suite struct ReadExamplesTests {
    static let shapes: [(line: String, content: Content)] = [
        (#"{"prompt": "2+2=", "completion": " 4"}"#, .promptCompletion(prompt: "2+2=", completion: " 4")),
        (#"{"prompt": "p", "completion": ""}"#, .promptCompletion(prompt: "p", completion: "")),
        (#"{"text": "a\u00e9\ud83d\ude00"}"#, .text("aé😀")),
        (
            #"{"messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "ho"}]}"#,
            conversation(("user", "hi"), ("assistant", "ho"))
        ),
        (
            #"{"prompt": [{"role": "user", "content": "q"}], "completion": [{"role": "assistant", "content": "a"}]}"#,
            conversation(("user", "q"), ("assistant", "a"), supervisedFrom: 1)
        ),
        (
            #"{"conversations": [{"from": "system", "value": "s"}, {"from": "human", "value": "h"}, {"from": "gpt", "value": "g"}]}"#,
            conversation(("system", "s"), ("user", "h"), ("assistant", "g"))
        ),
        (
            #"{"instruction": "Add.", "input": "1 1", "output": "2"}"#,
            conversation(("user", "Add.\n1 1"), ("assistant", "2"))
        ),
        (
            #"{"instruction": "Add.", "input": "", "output": "2", "system": "s", "history": [["a", "b"]]}"#,
            conversation(
                ("system", "s"), ("user", "a"), ("assistant", "b"), ("user", "Add."), ("assistant", "2"))
        ),
        (
            #"{"question": "1 + 1?", "answer": "It is\n#### 2"}"#,
            conversation(("user", "1 + 1?"), ("assistant", "It is\n#### 2"))
        ),
        (
            #"{"text": "t", "prompt": "p", "messages": [{"role": "user", "content": "m"}]}"#,
            conversation(("user", "m"))
        ),
    ]

    static func conversation(_ turns: (String, String)..., supervisedFrom first: Int = 0) -> Content {
        .conversation(turns.map { Message(role: $0.0, content: $0.1) }, supervisedFrom: first)
    }

    @Test(arguments: shapes)
    func readsEachShape(line: String, content: Content) throws {
        let folder = try TemporaryFolder()
        let (examples, rejects) = try readExamples(at: folder.file(line))
        #expect(examples == [Example(id: "1", line: 1, content: content)])
        #expect(rejects == [])
    }

    @Test func keepsIDsTasksAndLines() throws {
        let folder = try TemporaryFolder()
        let text =
            "\u{FEFF}{\"text\":\"a\",\"id\":\"x\",\"task\":\"t\"}\r\n\r\n  \n{\"text\":\"b\",\"id\":7}\n{\"text\":\"c\",\"id\":null}"
        #expect(
            try readExamples(at: folder.file(text)).examples == [
                Example(id: "x", task: "t", line: 1, content: .text("a")),
                Example(id: "7", line: 4, content: .text("b")),
                Example(id: "5", line: 5, content: .text("c")),
            ])
    }

    static let bad: [(line: String, reason: String)] = [
        ("{", "it is not JSON"),
        ("[1]", "the record is not an object"),
        ("\"text\"", "the record is not an object"),
        ("null", "the record is null, expected an object"),
        ("{\"text\": 1}", "\"text\" is not a string"),
        ("{\"text\": null}", "\"text\" is null, expected a string"),
        ("{\"prompt\": \"p\", \"completion\": \"c\"}", "has no \"text\""),
        ("{\"text\": \"a\"} {\"text\": \"b\"}", "it is not JSON"),
        (String(repeating: "[", count: 100_000), "it is not JSON"),
        ("{\"text\": " + String(repeating: "{\"a\":", count: 50_000), "it is not JSON"),
        ("{\"text\": \"\\ud800\"}", "half of a surrogate pair"),
    ]

    @Test(arguments: bad)
    func namesTheBadLine(line: String, reason: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("{\"text\": \"a\", \"id\": \"first\"}\n\n\(line)\n{\"text\": \"z\"}\n")
        let error = #expect(throws: RecordError.self) { try readExamples(at: path) }
        guard case .malformed(path, 3, let found)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(found.contains(reason) && !found.hasSuffix("."), "\(found)")

        let (examples, rejects) = try readExamples(at: path, skippingBadLines: true)
        #expect(examples.map(\.line) == [1, 4])
        #expect(rejects == [.malformed(path: path, line: 3, reason: found)])
    }

    static let badTurns = [
        (#"{"messages": []}"#, "empty"),
        (#"{"messages": [{"role": "user"}]}"#, "\"messages[0]\" has no \"content\""),
        (
            #"{"messages": [{"role": "user", "content": [{"type": "image"}]}]}"#,
            "one of type \"image\""
        ),
        (#"{"messages": "hi"}"#, "\"messages\" is not a list"),
        (#"{"conversations": [{"from": "narrator", "value": "v"}]}"#, "from \"narrator\""),
        (#"{"prompt": "p", "completion": [{"role": "assistant", "content": "c"}]}"#, "one is a string"),
        (#"{"prompt": "p", "completion": 3}"#, "\"completion\" is not a string or a list"),
        (#"{"instruction": "i", "output": "o", "history": [["a"]]}"#, "pairs"),
        (#"{"query": "q", "answer": "a"}"#, "found the keys [answer, query]"),
        (
            "{" + (10..<40).map { "\"k\($0)\": 1" }.joined(separator: ", ") + "}",
            "k20, k21, and 18 more]"
        ),
        (#"{"question": "q", "answer": "a", "choices": ["a", "b"]}"#, "a question with options"),
    ]

    @Test(arguments: badTurns)
    func saysWhatIsWrongInside(line: String, reason: String) throws {
        let folder = try TemporaryFolder()
        let error = #expect(throws: RecordError.self) { try readExamples(at: folder.file(line)) }
        #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
    }

    @Test func refusesALineThatIsNotUTF8() throws {
        let folder = try TemporaryFolder()
        let line = Array("{\"text\": \"a".utf8) + [0xFF] + Array("b\"}\n{\"text\": \"c\"}".utf8)
        let (examples, rejects) = try readExamples(at: folder.file(line), skippingBadLines: true)
        #expect(examples.map(\.content) == [.text("c")])
        #expect(
            rejects.map(\.description).first?.contains("line 1: it is not UTF-8, from its byte 11 on") == true
        )
    }

    @Test func tellsAMissingFileFromAFolder() throws {
        let folder = try TemporaryFolder()
        #expect(throws: RecordError.missing(path: folder.path + "/no.jsonl")) {
            try readExamples(at: folder.path + "/no.jsonl")
        }
        let error = #expect(throws: RecordError.self) { try readExamples(at: folder.path) }
        #expect(error?.description.contains("it is a folder") == true)
    }

    @Test(arguments: ["", "\n\n", "\u{FEFF}"])
    func findsNothingInAnEmptyFile(text: String) throws {
        let folder = try TemporaryFolder()
        #expect(try readExamples(at: folder.file(text)).examples == [])
    }

    @Test func readsLinesThatSpanPieces() throws {
        let folder = try TemporaryFolder()
        let texts = [3_000_000, 1, 1_048_566, 0, 1_048_576, 2].map { String(repeating: "x", count: $0) }
        let file = try folder.file(texts.map { "{\"text\":\"\($0)\"}" }.joined(separator: "\n"))
        #expect(try readExamples(at: file).examples.map(\.content) == texts.map { .text($0) })
    }
}
