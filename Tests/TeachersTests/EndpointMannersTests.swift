import FlyingFox
import Foundation
import Records
import Synchronization
import TestSupport
import Testing

@testable import LaMerCurriculum

/// What servers of chat models do beside the protocol's plain course.
@Suite struct EndpointMannersTests {
    private static let request = TeacherRequest(
        [Message(role: "user", content: "hello")], temperature: 0.5, maxTokens: 10, seed: 7)

    private func teacher(
        _ address: String, price: EndpointTeacher.Price? = nil,
        remark: @escaping @Sendable (String) -> Void = { _ in }
    ) throws -> EndpointTeacher {
        try EndpointTeacher(
            address: address, model: "m", key: "secret", price: price, timeout: 600,
            firstDelay: .milliseconds(1),
            remark: remark)
    }

    private static func json(_ body: [String: Any]) throws -> Data {
        try JSONSerialization.data(withJSONObject: body)
    }

    /// A completion whose message has this content, with a count of tokens as some servers write it.
    private static func said(_ content: Any, _ more: [String: Any] = [:]) throws -> Data {
        try json([
            "choices": [["message": ["role": "assistant", "content": content].merging(more) { $1 }]],
            "usage": ["prompt_tokens": 1.0, "completion_tokens": 2.5],
        ])
    }

    /// What is said, from any thread.
    private final class Remarks: Sendable {
        let all = Mutex<[String]>([])
        func add(_ remark: String) { all.withLock { $0.append(remark) } }
    }

    @Test func aRefusedFieldIsRenamedOrLeftOut() throws {
        var fields = CompletionFields()
        #expect(fields.yield(to: "the model does not exist").isEmpty)
        _ = fields.yield(to: "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.")
        #expect(fields.limit == "max_completion_tokens" && fields.seed == "seed" && fields.temperature)
        _ = fields.yield(
            to: #"{"detail": [{"loc": ["body", "seed"], "msg": "Extra inputs; use random_seed"}]}"#)
        #expect(fields.seed == "random_seed")
        _ = fields.yield(to: "random_seed and temperature do not go with this model")
        #expect(fields.seed == nil && !fields.temperature)
        let body = CompletionRequest(model: "m", asked: Self.request, fields: fields)
        let json = try JSONSerialization.jsonObject(with: JSONEncoder().encode(body)) as? [String: Any]
        #expect(Set(json?.keys.map(\.self) ?? []) == ["model", "messages", "max_completion_tokens"])
        #expect(json?["max_completion_tokens"] as? Int == 10)
        _ = fields.yield(to: "max_completion_tokens: unknown")
        #expect(fields.limit == nil)
    }

    @Test func theNextRequestHasTheFieldsThatTheServerTakes() async throws {
        let refusal = try Self.json(["error": ["message": "Unsupported parameter: 'max_tokens'"]])
        let second = try Self.json(["message": "seed: Extra inputs are not permitted"])
        let endpoint = FakeEndpoint { _, count in
            switch count {
            case 1: HTTPResponse(statusCode: .badRequest, body: refusal)
            case 2: HTTPResponse(statusCode: .unprocessableContent, body: second)
            default: try FakeEndpoint.says("world")
            }
        }
        let remarks = Remarks()
        let reply = try await endpoint.serving { address in
            let teacher = try self.teacher(address, remark: remarks.add)
            _ = try await teacher.reply(to: Self.request)
            return try await teacher.reply(to: Self.request)
        }
        #expect(reply == "world" && endpoint.seen.count == 4)
        #expect(
            remarks.all.withLock { $0.map { $0.split(separator: ": ").last ?? "" } }
                == ["max_completion_tokens is sent for max_tokens", "seed is left out"])
    }

    @Test func partsOfTextAreOneText() async throws {
        let parts: [[String: Any]] = [
            ["type": "thinking", "thinking": "hm"], ["type": "text", "text": "wor"],
            ["type": "text", "text": "ld"],
        ]
        let body = try Self.said(parts)
        #expect(try JSONDecoder().decode(CompletionReply.self, from: body).text == "world")
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
            DiagnosedPair(
                queryID: "q\(number)", query: "query \(number)", fact: "fact \(number)", relativeEntropy: 0.2,
                band: 1, candidates: ["a", "b"], told: [1, 0])
        }
        let folder = try TemporaryFolder()
        let (made, spent) = try await endpoint.serving { address in
            let teacher = try self.teacher(address, price: .init(input: 1e6, output: 1e6, cap: 1000))
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

    @Test func aReplyThatComesTheSecondTimeIsUsed() async throws {
        let (silence, written) = (try Self.said(NSNull()), try Self.said("world"))
        let endpoint = FakeEndpoint { _, count in
            HTTPResponse(statusCode: .ok, body: count == 1 ? silence : written)
        }
        let reply = try await endpoint.serving { try await self.teacher($0).reply(to: Self.request) }
        #expect(reply == "world")
    }

    @Test func theServersWordsAreInTheError() async throws {
        let words = "model is\u{1B}[31m overloaded\n" + String(repeating: "x", count: 999)
        let body = try Self.json(["error": ["message": words]])
        let endpoint = FakeEndpoint { _, _ in HTTPResponse(statusCode: .ok, body: body) }
        try await endpoint.serving { address in
            let teacher = try self.teacher(address)
            await #expect { try await teacher.reply(to: Self.request) } throws: {
                guard case .unavailable(_, let reason) = $0 as? TeacherError else { return false }
                return reason.contains("model is\\u001b[31m overloaded x") && reason.count < 400
            }
        }
        #expect(endpoint.seen.count == 6)
    }

    @Test func retryAfterIsSecondsOrADate() {
        let sent = "Sun, 06 Nov 1994 08:49:37 GMT"
        #expect(pause(retryAfter: "3", sent: nil) == .seconds(3))
        #expect(pause(retryAfter: "Sun, 06 Nov 1994 08:49:41 GMT", sent: sent) == .seconds(4))
        #expect(pause(retryAfter: "Sunday, 06-Nov-94 08:49:41 GMT", sent: sent) == .seconds(4))
        #expect(pause(retryAfter: "Sun Nov  6 08:49:41 1994", sent: sent) == .seconds(4))
        #expect(pause(retryAfter: "Sun, 06 Nov 1994 08:00:00 GMT", sent: sent) == .zero)
        #expect(pause(retryAfter: "Mon, 07 Nov 1994 08:49:37 GMT", sent: sent) == .seconds(600))
        #expect(pause(retryAfter: "soon", sent: sent) == nil && pause(retryAfter: nil, sent: nil) == nil)
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

    @Test(arguments: ["-1e30", "1e30", "-1", "1e300"]) func countsThatAreNoneAreNotTaken(_ count: String)
        throws
    {
        let body =
            #"{"choices": [{"message": {"content": "a"}}], "usage": {"prompt_tokens": \#(count), "#
            + #""completion_tokens": 7}}"#
        let reply = try #require(CompletionReply.read(Data(body.utf8)))
        #expect(reply.inputTokens == nil && reply.outputTokens == 7 && reply.text == "a")
    }

    @Test func thoughtsAreNoAnswer() {
        #expect(finalAnswer("<think>maybe Answer: London</think>\nHm.\nAnswer: Paris") == "Paris")
        #expect(finalAnswer("<think>maybe Answer: London") == "")
        #expect(withoutThinking("a <think> in a text") == "a <think> in a text")
    }
}
