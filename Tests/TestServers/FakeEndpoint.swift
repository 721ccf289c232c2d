public import FlyingFox
import FlyingSocks
public import Foundation
import Synchronization

/// A chat endpoint on this machine, and a log of what was asked.
public final class FakeEndpoint: Sendable {
    /// Answers a request; the number counts requests from 1.
    public typealias Stand = @Sendable (_ asked: String, _ count: Int) async throws -> HTTPResponse

    private let stand: Stand
    private let log = Mutex<[String]>([])
    private let all = Mutex<[Data]>([])

    /// An endpoint with its answers.
    public init(_ stand: @escaping Stand) { self.stand = stand }

    /// The last message of every request.
    public var seen: [String] { log.withLock { $0 } }

    /// The body of every request.
    public var bodies: [Data] { all.withLock { $0 } }

    /// A completion with this text.
    public static func says(_ text: String, tokens: (Int, Int)? = nil) throws -> HTTPResponse {
        var body: [String: Any] = ["choices": [["message": ["role": "assistant", "content": text]]]]
        if let tokens { body["usage"] = ["prompt_tokens": tokens.0, "completion_tokens": tokens.1] }
        return HTTPResponse(statusCode: .ok, body: try JSONSerialization.data(withJSONObject: body))
    }

    /// Runs the endpoint for as long as `body` runs, which gets its address.
    public func serving<Result: Sendable>(
        _ body: @Sendable (_ address: String) async throws -> Result
    ) async throws -> Result {
        let handler = ClosureHTTPHandler { request in
            let data = try await request.bodyData
            let object = try JSONSerialization.jsonObject(with: data) as? [String: Any]
            let messages = object?["messages"] as? [[String: String]]
            let asked = messages?.last?["content"] ?? object?["prompt"] as? String ?? ""
            self.all.withLock { $0.append(data) }
            let count = self.log.withLock { log in
                log.append(asked)
                return log.count
            }
            guard ["/v1/chat/completions", "/v1/completions"].contains(request.path),
                request.headers[.authorization] == "Bearer secret"
            else {
                return HTTPResponse(statusCode: .notFound, body: Data("no such thing".utf8))
            }
            return try await self.stand(asked, count)
        }
        let server = HTTPServer(
            address: try sockaddr_in.inet(ip4: "127.0.0.1", port: 0), timeout: 600, logger: .disabled,
            handler: handler)
        let running = Task { try await server.run() }
        defer { running.cancel() }
        try await server.waitUntilListening(timeout: 600)
        guard case .ip4(_, let port)? = await server.listeningAddress else { throw CancellationError() }
        return try await body("http://127.0.0.1:\(port)/v1")
    }
}
