import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// What comes of one request: the lines of the heads, then the pieces of the body. Only the thread of the exchange uses it.
final class Answer<Failure: Error> {
    let request: URLRequest
    let bounds: Bounds
    /// The head of an answer that leads to another place, and the place. Nobody reads its body.
    private(set) var redirection: (head: HTTPURLResponse, place: URL)?
    /// Why we ended it, if we did.
    private(set) var end: ExchangeOutcome<Failure>?
    private let isCancelled: Flag
    private let opener: (HTTPURLResponse) throws(Failure) -> Exchange<Failure>.Receiver
    private var receiver: Exchange<Failure>.Receiver?
    private var status = 0
    private var fields: [String: String] = [:]
    private var (headBytes, bodyBytes) = (0, 0)

    /// The most bytes of all heads.
    private static var mostOfHeads: Int { 1 << 20 }

    init(
        to request: URLRequest, _ bounds: Bounds, _ isCancelled: Flag,
        _ opener: @escaping (HTTPURLResponse) throws(Failure) -> Exchange<Failure>.Receiver
    ) {
        (self.request, self.bounds, self.isCancelled, self.opener) = (request, bounds, isCancelled, opener)
    }

    /// Whether a head has come.
    var isOpen: Bool { receiver != nil }

    /// Whether to go on.
    func goesOn() -> Bool {
        if isCancelled.isRaised { end = .cancelled }
        return end == nil
    }

    /// Sees a line of a head; the answer is whether to go on.
    func see(line bytes: Data) -> Bool {
        headBytes += bytes.count
        guard headBytes <= Self.mostOfHeads else {
            end = .tooLong(bound: Self.mostOfHeads)
            return false
        }
        let line = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        if line.hasPrefix("HTTP/") {
            status = line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
            fields = [:]
        } else if line.isEmpty {
            // 1xx are followed by the head of the answer; what comes after the body is none.
            if status >= 200, receiver == nil { return open() }
        } else if let colon = line.firstIndex(of: ":") {
            let name = String(line[..<colon])
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            fields[name] = fields[name].map { "\($0), \(value)" } ?? value
        }
        return true
    }

    /// The head is there.
    private func open() -> Bool {
        guard let url = request.url,
            let head = HTTPURLResponse(
                url: url, statusCode: status, httpVersion: "HTTP/1.1", headerFields: fields)
        else {
            end = .broken(reason: "the answer is not HTTP")
            return false
        }
        if [301, 302, 303, 305, 307, 308].contains(status),
            let location = head.value(forHTTPHeaderField: "Location"), !location.isEmpty,
            let place = URL(string: location, relativeTo: url)?.absoluteURL
        {
            redirection = (head, place)
            return false
        }
        do throws(Failure) {
            receiver = try opener(head)
            return true
        } catch {
            end = .failed(error)
            return false
        }
    }

    /// Takes a piece of the body; the answer is whether to go on.
    func take(_ piece: Data) -> Bool {
        guard goesOn() else { return false }
        bodyBytes += piece.count
        if let bound = bounds.bytes, bodyBytes > bound {
            end = .tooLong(bound: bound)
            return false
        }
        do throws(Failure) {
            try receiver?(piece)
            return true
        } catch {
            end = .failed(error)
            return false
        }
    }
}
