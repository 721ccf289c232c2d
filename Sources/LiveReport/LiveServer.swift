import FlyingFox
import FlyingSocks
import Foundation

/// Shows a live page to browsers: the page at `/`, what changes at `/events`.
///
/// It answers only to names that nobody else can point at this machine, and only to GET.
public struct LiveServer: Sendable {
    /// How many may listen to changes at a time.
    static let listeners = 32
    /// How many connections may be waited for at a time, and how many seconds.
    static let connections = (most: 64, seconds: 30)

    private let server: HTTPServer
    private let host: String

    /// A server that does not run yet.
    ///
    /// - Parameters:
    ///   - source: the run or the file that is shown.
    ///   - host: an IPv4 or IPv6 address of this machine, or `localhost`.
    ///   - port: 0 for any that is free.
    public init(of source: LiveSource, host: String, port: UInt16) throws(LiveError) {
        self.host = host
        let answers = LiveAnswers(source, host: host)
        let handler = ClosureHTTPHandler { await answers.answer($0) }
        func server(at address: some SocketAddress) -> HTTPServer {
            let pool = BoundedPool(
                HTTPServer.defaultPool(), most: Self.connections.most, seconds: Self.connections.seconds)
            return HTTPServer(
                config: .init(
                    address: address, timeout: 60, sharedRequestBufferSize: 4096,
                    sharedRequestReplaySize: 4096,
                    pool: pool, logger: .disabled), handler: handler)
        }
        let name = host == "localhost" ? "127.0.0.1" : host
        if let address = try? sockaddr_in.inet(ip4: name, port: port) {
            self.server = server(at: address)
        } else if let address = try? sockaddr_in6.inet6(ip6: name, port: port) {
            self.server = server(at: address)
        } else {
            throw .address(host)
        }
    }

    /// Runs until the task is cancelled.
    ///
    /// - Parameter listening: is told the page's address once it can be opened.
    public func run(_ listening: @escaping @Sendable (_ address: String) -> Void) async throws {
        let place = host
        do {
            try await withThrowingTaskGroup(of: Void.self) { [server] group in
                group.addTask { try await server.run() }
                group.addTask {
                    try await server.waitUntilListening(timeout: 600)
                    switch await server.listeningAddress {
                    case .ip4(let address, let port): listening("http://\(address):\(port)/")
                    case .ip6(let address, let port): listening("http://[\(address)]:\(port)/")
                    default: break
                    }
                }
                for try await _ in group {}
            }
        } catch SocketError.failed(_, let number, let message) {
            throw LiveError.unavailable(
                place, number == EADDRINUSE ? "the port is taken; give another" : message)
        }
    }
}

/// Why a page cannot be shown.
public enum LiveError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The host is not an address.
    case address(String)
    /// Nothing can listen there.
    case unavailable(String, String)

    /// A sentence with what to do.
    public var description: String {
        switch self {
        case .address(let host):
            "\(host) is not an address of this machine; give an IPv4 or IPv6 address, or localhost."
        case .unavailable(let host, let reason): "No page can be shown at \(host): \(reason)."
        }
    }
}
