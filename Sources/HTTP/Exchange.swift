public import Foundation
import Synchronization

#if canImport(FoundationNetworking)
    public import FoundationNetworking
#endif

/// One request and its answer, whose body is handed on as it arrives and never collected. All of the package's HTTP goes
/// through it.
///
/// A server waits until its bytes are taken: none pile up in memory.
public enum Exchange<Failure: Error> {
    /// Takes a body piece by piece as it arrives.
    public typealias Receiver = @Sendable (Data) throws(Failure) -> Void
    /// Sees the answer's head, after any redirections, and the heads of those; gives what shall take the body.
    public typealias Opener =
        @Sendable (HTTPURLResponse, _ redirections: [HTTPURLResponse]) throws(Failure) -> Receiver

    /// Makes the request, on a thread of its own.
    ///
    /// - Returns: How it ended. With a status other than success too it is complete.
    public static func run(
        _ request: URLRequest, within bounds: Bounds, _ opener: @escaping Opener
    ) async -> ExchangeOutcome<Failure> {
        let isCancelled = Flag()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                Thread.detachNewThread {
                    continuation.resume(returning: follow(request, bounds, isCancelled, opener))
                }
            }
        } onCancel: {
            isCancelled.raise()
        }
    }

    /// Makes the request and those that its answers lead to.
    private static func follow(
        _ original: URLRequest, _ bounds: Bounds, _ isCancelled: Flag, _ opener: @escaping Opener
    ) -> ExchangeOutcome<Failure> {
        let deadline = bounds.seconds.map { Date(timeIntervalSinceNow: $0) }
        var (request, redirections) = (original, [HTTPURLResponse]())
        while true {
            let answer = Answer<Failure>(to: request, bounds, isCancelled) {
                (head) throws(Failure) in try opener(head, redirections)
            }
            let outcome = transfer(answer, until: deadline)
            guard let (head, place) = answer.redirection else { return outcome }
            redirections.append(head)
            guard let from = original.url, let next = place.asRedirection(from: from),
                redirections.count <= bounds.redirections,
                next.hasSameOrigin(as: from) || bounds.followsOtherOrigins
            else { return .redirected(to: place.shown, status: head.statusCode) }
            request = original
            request.url = next
            if !next.hasSameOrigin(as: from) { request.setValue(nil, forHTTPHeaderField: "Authorization") }
        }
    }
}

extension URL {
    /// This address as one to go on to: of HTTP, without what is for the reader of the page, and with a user and password only
    /// where the first address had them and is of the same server.
    fileprivate func asRedirection(from first: URL) -> URL? {
        guard ["http", "https"].contains(scheme?.lowercased()), let host = host(), !host.isEmpty,
            var parts = URLComponents(url: self, resolvingAgainstBaseURL: true)
        else { return nil }
        let known =
            hasSameOrigin(as: first) ? URLComponents(url: first, resolvingAgainstBaseURL: true) : nil
        (parts.percentEncodedUser, parts.percentEncodedPassword) = (
            known?.percentEncodedUser, known?.percentEncodedPassword
        )
        parts.fragment = nil
        return parts.url
    }
}

/// Something that happens once.
final class Flag: Sendable {
    private let state = Atomic<Bool>(false)

    var isRaised: Bool { state.load(ordering: .relaxed) }

    func raise() { state.store(true, ordering: .relaxed) }
}
