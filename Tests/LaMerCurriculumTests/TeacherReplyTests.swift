import FlyingFox
import Foundation
import Records
import Teachers
import TestServers
import TestSupport
import Testing

@testable import LaMerCurriculum

/// What is made of a teacher's replies.
@Suite struct TeacherReplyTests {
    /// A completion whose message has this content, with a count of tokens as some servers write it.
    private static func said(_ content: Any, _ more: [String: Any] = [:]) throws -> Data {
        try JSONSerialization.data(withJSONObject: [
            "choices": [["message": ["role": "assistant", "content": content].merging(more) { $1 }]],
            "usage": ["prompt_tokens": 1.0, "completion_tokens": 2.5],
        ])
    }

    /// A model that thought up to its limit: asked once more, then its pair is a reject, and the next pair's turn comes.
    @Test func aReplyWithoutTextIsOneReject() async throws {
        let list = #"[{"problem": "Something quite different about numbers", "answer": "yes"}]"#
        let silence = try Self.said(NSNull(), ["reasoning_content": "Let me think"])
        let written = try Self.said(list)
        let endpoint = FakeEndpoint { asked, _ in
            HTTPResponse(statusCode: .ok, body: asked.contains("fact 0") ? silence : written)
        }
        let pairs = (0..<2).map { number in
            DiagnosisLine(
                queryID: "q\(number)", query: "query \(number)", fact: "fact \(number)", relativeEntropy: 0.2,
                band: 1, candidates: ["a", "b"], without: [0.5, 0.5], told: [1, 0])
        }
        let folder = try TemporaryFolder()
        let (made, spent) = try await endpoint.serving { address in
            let teacher = try EndpointTeacher(
                address: address, model: "m", key: "secret",
                price: .init(input: 1e6, output: 1e6, cap: 1000), firstDelay: .milliseconds(1))
            let made = try await synthesize(
                pairs, counts: [1, 1], teacher: RecordedTeacher(teacher, ReplyFile(path: folder.file("r"))),
                checksAnswers: false, parallel: 1, seed: 0)
            return (made, teacher.spent)
        }
        #expect(made.examples.count == 1 && made.rejects.count == 1)
        #expect(made.rejects.first?.reason.contains("no text") ?? false)
        #expect(endpoint.seen.count == 3 && spent == 3 * (1 + 3))
        // The run is replayed without the server.
        let again = try await synthesize(
            pairs, counts: [1, 1], teacher: ReplayedTeacher(ReplyFile(path: folder.file("r"))),
            checksAnswers: false,
            parallel: 1, seed: 0)
        #expect(again.rejects == made.rejects && again.examples.count == 1)
    }

    private static let list = #"[{"problem": "Which city?", "working": "w", "answer": "Paris"}]"#

    @Test(arguments: [
        list, "```json\n\(list)\n```",
        "Sure! Here [as asked] is the list:\n\(list)\nNote [1]: hope it helps.",
        "<think>\nSome options: [a, b] and [{}]\n</think>\n\n\(list)", "options [a]\n</think>\(list)",
        #"{"problems": \#(list)}"#, #"[{"problem": "Which city?", "working": "w", "answer": "Paris",},]"#,
        "[{\"problem\": \"Which city?\", \"working\": \"w\", \"answer\": \"Paris\"}\n, ]",
    ])
    func theListIsFoundWhateverStandsAround(_ reply: String) {
        let found = problems(in: reply)
        #expect(
            found?.count == 1 && found?.first?.problem == "Which city?" && found?.first?.answer == "Paris")
    }

    @Test func whatIsNotQuiteJSONIsReadAsMeant() throws {
        let latex = #"[{"problem": "What is \(x\) if \frac{1}{2} \times x \neq 1?", "answer": 2}]"#
        #expect(problems(in: latex)?.first?.problem == #"What is \(x\) if \frac{1}{2} \times x "# + "\neq 1?")
        let lines = "[{\"problem\": \"Two\nlines\", \"answer\": \"a \\\"b\\\" [c]\"}]"
        #expect(problems(in: lines)?.first?.problem == "Two\nlines")
        #expect(problems(in: lines)?.first?.answer == "a \"b\" [c]")
        for reply in [
            "", "no list", "[1, 2]", #"[{"problem": "cut off", "answer"#, "<think>[{\"problem\": 1", "[{]",
        ] {
            #expect(problems(in: reply) == nil, "\(reply)")
        }
        #expect(problems(in: "[]") == [])
        #expect(problems(in: String(repeating: "[{", count: 200_000)) == nil)
    }

    /// JSON has escapes of these letters too. A tab before a word stays one.
    @Test func commandsOfLaTeXAreNoEscapes() {
        for text in [#"\frac{1}{2}"#, #"2 \times 3"#, #"\theta"#, #"\beta"#, #"\rho"#, #"\text{so}"#] {
            let found = problems(in: #"[{"problem": "\#(text)", "answer": "1"}]"#)
            #expect(found?.first?.problem == text)
        }
        let code = #"[{"problem": "if x:\n\treturn \"y\"\t\u00e9", "answer": "1"}]"#
        #expect(problems(in: code)?.first?.problem == "if x:\n\treturn \"y\"\té")
    }

    @Test func thoughtsAreNoAnswer() {
        #expect(finalAnswer("<think>maybe Answer: London</think>\nHm.\nAnswer: Paris") == "Paris")
        #expect(finalAnswer("<think>maybe Answer: London") == "")
    }
}
