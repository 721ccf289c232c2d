import FlyingFox
import Foundation
import Records
import Synchronization
import TestServers
import Testing

@testable import Teachers

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
        #expect(withoutThinking("<think>maybe London</think>Paris") == "Paris")
        #expect(withoutThinking("<think>maybe London") == "")
        #expect(withoutThinking("a <think> in a text") == "a <think> in a text")
    }
}
