import Foundation
import HTTP
import Synchronization
import TestServers
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// Answers that are not as HTTP has them, or claim what cannot be: each ends the exchange, and nothing else.
@Suite struct StrangeAnswerTests {
    private func exchange(
        _ answer: String, seconds: Double? = 20, bytes: Int? = nil
    ) async throws -> (outcome: ExchangeOutcome<Never>, status: Int?) {
        let server = try EndlessServer(head: answer, isEndless: false)
        defer { server.stop() }
        var request = URLRequest(url: try #require(URL(string: server.address)))
        request.httpMethod = "POST"
        request.httpBody = Data("hello".utf8)
        let bounds = Bounds(bytes: bytes, seconds: seconds, followsOtherOrigins: false)
        let status = Status()
        let outcome = await Exchange<Never>.run(request, within: bounds) { head, _ in
            status.set(head.statusCode)
            return { _ in }
        }
        return (outcome, status.value)
    }

    /// What a server claims of the length is not counted on.
    @Test(arguments: ["9223372036854775807", "18446744073709551616", "-5", "1e30", "x"])
    func aLengthThatCannotBe(_ length: String) async throws {
        let (outcome, _) = try await exchange("HTTP/1.1 200 OK\r\nContent-Length: \(length)\r\n\r\nabc")
        if case .failed = outcome { Issue.record("\(outcome)") }
    }

    @Test func linesAfterTheBodyAreNoHead() async throws {
        let (outcome, status) = try await exchange(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X\r\n\r\n2\r\n{}\r\n0\r\nX: y\r\n\r\n")
        guard case .complete = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(status == 200)
    }

    /// Nobody asks for a password, so the answer stands.
    @Test(arguments: ["Basic realm=\"x\"", "Bearer", "Digest realm=\"x\", nonce=\"y\"", "="])
    func aRefusalThatWantsAPassword(_ wish: String) async throws {
        let (outcome, status) = try await exchange(
            "HTTP/1.1 401 No\r\nWWW-Authenticate: \(wish)\r\nContent-Length: 2\r\n\r\nno")
        guard case .complete = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(status == 401)
    }

    @Test(arguments: [
        "hello\n", "HTTP/1.1 abc\r\n\r\n", "HTTP/9.9 200 OK\r\n\r\n", "", "\r\n\r\n", "HTTP/1.1",
    ])
    func whatIsNoAnswer(_ text: String) async throws {
        let (outcome, status) = try await exchange(text)
        guard case .broken(let reason) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(status == nil && !reason.isEmpty)
    }

    /// The body of a redirection is not read, and a head has a bound.
    @Test(arguments: [
        "HTTP/1.1 302 Moved\r\nLocation: http://localhost:1/\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX: ", "HTTP/1.1 200 OK\r\n\r\n",
    ]) func whatNeverEnds(_ head: String) async throws {
        let server = try EndlessServer(head: head)
        defer { server.stop() }
        let request = URLRequest(url: try #require(URL(string: server.address)))
        let bounds = Bounds(bytes: 1 << 20, seconds: 20, followsOtherOrigins: false)
        let outcome = await Exchange<Never>.run(request, within: bounds) { _, _ in { _ in } }
        switch outcome {
        case .redirected, .tooLong, .broken: #expect(server.sent < 64 << 20)
        default: Issue.record("\(outcome)")
        }
    }

    @Test func aBodyThatEndsTooEarly() async throws {
        let (outcome, _) = try await exchange("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
        guard case .broken = outcome else {
            Issue.record("\(outcome)")
            return
        }
    }
}

private final class Status: Sendable {
    private let stored = Mutex<Int?>(nil)

    var value: Int? { stored.withLock { $0 } }

    func set(_ status: Int) { stored.withLock { $0 = status } }
}
