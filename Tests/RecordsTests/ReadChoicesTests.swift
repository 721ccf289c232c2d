import Foundation
import Records
import Testing

@Suite struct ReadChoicesTests {
    static func user(_ text: String) -> ChoiceQuestion.Prompt {
        .conversation([Message(role: "user", content: text)])
    }

    static let shapes: [(line: String, prompt: ChoiceQuestion.Prompt, options: [String], answer: Int)] = [
        (#"{"prompt": "p", "options": ["a", "b"], "answer": 1}"#, .text("p"), ["a", "b"], 1),
        (#"{"query": "q", "options": ["a", "b"], "answer": "B"}"#, user("q"), ["a", "b"], 1),
        (#"{"question": "q", "choices": ["x", "y", "z"], "answer": "z"}"#, user("q"), ["x", "y", "z"], 2),
        (
            #"{"prompt": [{"role": "system", "content": "s"}, {"role": "user", "content": "u"}], "choices": ["a", "b"], "answer": 0}"#,
            .conversation([Message(role: "system", content: "s"), Message(role: "user", content: "u")]),
            ["a", "b"], 0
        ),
        // The letter of its own place, a number as text, the same text twice but not as the answer.
        (#"{"prompt": "p", "options": ["A", "B"], "answer": "B"}"#, .text("p"), ["A", "B"], 1),
        (#"{"prompt": "p", "options": ["1", "0"], "answer": "0"}"#, .text("p"), ["1", "0"], 1),
        (#"{"prompt": "p", "options": ["a", "a", "b"], "answer": "b"}"#, .text("p"), ["a", "a", "b"], 2),
        (
            #"{"prompt": "p", "options": ["a", "b"], "answer": 0, "label": 1, "id": "x"}"#, .text("p"),
            ["a", "b"], 0
        ),
    ]

    @Test(arguments: shapes)
    func readsEachShape(
        line: String, prompt: ChoiceQuestion.Prompt, options: [String], answer: Int
    ) throws {
        let folder = try TemporaryFolder()
        let path = try folder.file(line)
        #expect(try holdsChoices(at: path))
        let file = try readChoices(at: path)
        #expect(
            file.records == [
                ChoiceQuestion(
                    id: line.contains("\"x\"}") ? "x" : "1", line: 1, prompt: prompt, options: options,
                    answer: answer)
            ])
        #expect(file.rejects == [])
    }

    static let bad: [(line: String, reason: String)] = [
        ("{", "it is not JSON"),
        ("[]", "the record is not an object"),
        (#"{"prompt": "p", "options": ["a", "b"], "answer": 2}"#, "the 2 options count from 0"),
        (#"{"prompt": "p", "options": ["a", "b"], "answer": -1}"#, "is -1"),
        (
            #"{"prompt": "p", "options": ["a", "b"], "answer": "C"}"#,
            "neither an option's text nor the letter"
        ),
        (#"{"prompt": "p", "options": ["a", "b"], "answer": "1"}"#, "neither an option's text"),
        (#"{"prompt": "p", "options": ["B", "A"], "answer": "A"}"#, "stands for several options"),
        (#"{"prompt": "p", "options": ["a", "a"], "answer": "a"}"#, "stands for several options"),
        (#"{"prompt": "p", "options": ["a", "b"], "answer": 0.5}"#, "neither an index nor a string"),
        (#"{"prompt": "p", "options": ["a", "b"], "answer": null}"#, "\"answer\""),
        (#"{"prompt": "p", "options": ["a", "b"]}"#, "has no \"answer\""),
        (#"{"prompt": "p", "options": ["a"], "answer": 0}"#, "holds 1, expected two or more"),
        (#"{"prompt": "p", "options": [], "answer": 0}"#, "holds 0"),
        (#"{"prompt": "p", "options": ["a", ""], "answer": 0}"#, "\"options[1]\" is empty"),
        (#"{"prompt": "p", "options": ["a", 1], "answer": 0}"#, "is not a string"),
        (#"{"prompt": "p", "options": "ab", "answer": 0}"#, "\"options\" is not a list"),
        (#"{"prompt": "p", "choices": ["a", "b"], "answer": 0}"#, "has no \"options\""),
        (#"{"query": "p", "options": ["a", "b"], "answer": 0}"#, "has no \"prompt\""),
        (#"{"prompt": 1, "options": ["a", "b"], "answer": 0}"#, "\"prompt\" is not"),
        (#"{"prompt": [], "options": ["a", "b"], "answer": 0}"#, "empty"),
    ]

    @Test(arguments: bad)
    func namesTheBadLine(line: String, reason: String) throws {
        let folder = try TemporaryFolder()
        let good = #"{"id": "first", "prompt": "p", "options": ["a", "b"], "answer": 0}"#
        let path = try folder.file("\(good)\n\n\(line)\n\(good.replacing("first", with: "last"))\n")
        let error = #expect(throws: RecordError.self) { try readChoices(at: path) }
        #expect(error?.description.contains("line 3: ") == true)
        #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
        let file = try readChoices(at: path, RecordReading(skipsBadLines: true))
        #expect(file.records.map(\.line) == [1, 4])
        #expect(file.rejects == [error])
    }

    @Test func tellsChoicesFromExamples() throws {
        let folder = try TemporaryFolder()
        #expect(try !holdsChoices(at: folder.file(#"{"question": "q", "answer": "a"}"#)))
        #expect(try !holdsChoices(at: folder.file("nonsense")))
        #expect(try !holdsChoices(at: folder.file("")))
        #expect(throws: RecordError.missing(path: "/no.jsonl")) { try holdsChoices(at: "/no.jsonl") }
        let error = #expect(throws: RecordError.self) {
            try readChoices(at: folder.file(#"{"text": "t", "options": ["a", "b"]}"#))
        }
        #expect(error?.description.contains("found the keys [options, text]") == true)
    }
}
