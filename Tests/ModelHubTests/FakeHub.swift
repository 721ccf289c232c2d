import FlyingFox
import FlyingSocks
import Foundation
import ModelHub
import Synchronization

/// A hub on this machine: one repository, `owner/model`, and a log of what was asked.
final class FakeHub: Sendable {
    struct Seen: Sendable {
        let path: String
        let headers: [String: String]
    }

    /// Answers a request in the hub's place; the number counts requests of this path from 1.
    typealias Stand = @Sendable (_ path: String, _ count: Int, _ hub: FakeHub) throws -> HTTPResponse?

    let files: [String: Data]
    let siblings: String
    private let stand: Stand
    private let log = Mutex<[Seen]>([])

    /// `siblings` is the list in the hub's JSON; by default it has every file with its size.
    init(_ files: [String: Data], siblings: String? = nil, stand: @escaping Stand = { _, _, _ in nil }) {
        self.files = files
        self.siblings =
            siblings
            ?? files.sorted { $0.key < $1.key }
            .map { "{\"rfilename\":\"\($0.key)\",\"size\":\($0.value.count)}" }.joined(separator: ",")
        self.stand = stand
    }

    var seen: [Seen] { log.withLock { $0 } }
    func seen(_ file: String) -> [Seen] { seen.filter { $0.path.hasSuffix("/\(file)") } }

    func answer(_ request: HTTPRequest) throws -> HTTPResponse {
        let headers = request.headers.map { ($0.key.rawValue.lowercased(), $0.value) }
        let path = request.path
        let count = log.withLock { log in
            log.append(Seen(path: path, headers: Dictionary(headers, uniquingKeysWith: { $1 })))
            return log.count { $0.path == path }
        }
        if let response = try stand(path, count, self) { return response }
        if path == "/api/models/owner/model/revision/main" {
            return HTTPResponse(
                statusCode: .ok, body: Data("{\"sha\":\"c0ffee\",\"siblings\":[\(siblings)]}".utf8))
        }
        let prefix = "/owner/model/resolve/c0ffee/"
        guard path.hasPrefix(prefix), let data = files[String(path.dropFirst(prefix.count))] else {
            return HTTPResponse(statusCode: .notFound)
        }
        return whole(
            data, part: request.headers[HTTPHeader("Range")], if: request.headers[HTTPHeader("If-Range")])
    }

    /// The file, or the rest of it if it is still the same.
    private func whole(_ data: Data, part: String?, if tag: String?) -> HTTPResponse {
        let headers: HTTPHeaders = [HTTPHeader("ETag"): "\"\(data.count)\""]
        let numbers = part?.dropFirst("bytes=".count).split(separator: "-").compactMap { Int($0) } ?? []
        guard let start = numbers.first, start == 0 || tag == headers[HTTPHeader("ETag")] else {
            return HTTPResponse(statusCode: .ok, headers: headers, body: data)
        }
        let end = min(data.count, numbers.count == 2 ? numbers[1] + 1 : data.count)
        var partial = headers
        partial[HTTPHeader("Content-Range")] = "bytes \(start)-\(end - 1)/\(data.count)"
        return HTTPResponse(
            statusCode: HTTPStatusCode(206, phrase: "Partial Content"), headers: partial,
            body: data[start..<end])
    }
}

/// An answer that breaks off after some bytes: the connection is closed before all that was announced has come.
func broken(_ data: Data, after count: Int, tag: String? = nil) -> HTTPResponse {
    var headers: HTTPHeaders = [:]
    headers[HTTPHeader("ETag")] = tag ?? "\"\(data.count)\""
    let body = HTTPBodySequence(from: Breaking(data: data.prefix(count)), count: data.count)
    return HTTPResponse(version: .http11, statusCode: .ok, headers: headers, body: body)
}

/// Bytes, and then an error.
private struct Breaking: AsyncBufferedSequence {
    struct Broken: Error {}

    struct Iterator: AsyncBufferedIteratorProtocol {
        var rest: Data?

        mutating func next() async throws -> UInt8? { throw Broken() }

        mutating func nextBuffer(suggested count: Int) async throws -> Data? {
            guard let data = rest else {
                try await Task.sleep(for: .milliseconds(50))  // lets the bytes before it arrive
                throw Broken()
            }
            rest = nil
            return data
        }
    }

    let data: Data
    func makeAsyncIterator() -> Iterator { Iterator(rest: data) }
}

/// Runs a server on a free port of this machine for as long as `body` runs, which gets its address.
func serving<Result: Sendable>(
    _ hub: FakeHub, _ body: @Sendable (_ address: String) async throws -> Result
) async throws -> Result {
    let handler = ClosureHTTPHandler { try hub.answer($0) }
    let server = HTTPServer(
        address: try sockaddr_in.inet(ip4: "127.0.0.1", port: 0), logger: .disabled, handler: handler)
    let running = Task { try await server.run() }
    defer { running.cancel() }
    try await server.waitUntilListening(timeout: 120)
    guard case .ip4(_, let port)? = await server.listeningAddress else { throw CancellationError() }
    return try await body("http://127.0.0.1:\(port)")
}
