import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// A server on this machine that answers every connection with the same bytes, and then with others without end, as fast as
/// they are taken.
public final class EndlessServer: Sendable {
    private let listener: CInt
    private let head: String
    private let isEndless: Bool
    private let count = Atomic<Int>(0)

    /// Where it listens, as in `http://127.0.0.1:8080`.
    public let address: String

    /// A server, which listens from now on.
    ///
    /// - Parameters:
    ///   - head: what comes first, as the lines before the body, each ended by CR LF, and an empty one.
    ///   - isEndless: whether more follows; else the connection is closed.
    public init(head: String = "HTTP/1.1 200 OK\r\n\r\n", isEndless: Bool = true) throws {
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_addr.s_addr = unsafe inet_addr("127.0.0.1")
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        let isOpen = unsafe withUnsafeMutableBytes(of: &place) { bytes in
            let address = unsafe bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self)
            return unsafe bind(listener, address, size) == 0 && listen(listener, 16) == 0
                && getsockname(listener, address, &size) == 0
        }
        guard isOpen else { throw POSIXError(.EADDRNOTAVAIL) }
        (self.listener, self.head, self.isEndless) = (listener, head, isEndless)
        address = "http://127.0.0.1:\(UInt16(bigEndian: place.sin_port))"
        Thread.detachNewThread { [self] in accept() }
    }

    /// The bytes of bodies that the system has taken so far.
    public var sent: Int { count.load(ordering: .relaxed) }

    /// Stops listening.
    public func stop() { _ = shutdown(listener, Int32(SHUT_RDWR)) }

    private func accept() {
        while true {
            let connection = Glibc.accept(listener, nil, nil)
            guard connection >= 0 else { return }
            Thread.detachNewThread { [self] in answer(connection) }
        }
    }

    private func answer(_ connection: CInt) {
        defer { close(connection) }
        var request = [UInt8](repeating: 0, count: 65536)
        guard unsafe recv(connection, &request, request.count, 0) > 0 else { return }
        let start = Array(head.utf8)
        guard unsafe send(connection, start, start.count, Int32(MSG_NOSIGNAL)) == start.count else { return }
        guard isEndless else {
            _ = shutdown(connection, Int32(SHUT_WR))
            while unsafe recv(connection, &request, request.count, 0) > 0 {}
            return
        }
        let piece = [UInt8](repeating: UInt8(ascii: "a"), count: 1 << 18)
        while true {
            let taken = unsafe send(connection, piece, piece.count, Int32(MSG_NOSIGNAL))
            guard taken > 0 else { return }
            count.add(taken, ordering: .relaxed)
        }
    }
}
