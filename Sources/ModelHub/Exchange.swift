import Foundation
import Synchronization

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// How an exchange with a server ended.
enum Outcome: Sendable {
    case complete
    /// The connection broke or was never made.
    case broken(reason: String)
    case cancelled
    /// The receiver of the bytes could not take them.
    case failed(HubError)
}

/// Takes a body piece by piece as it arrives.
typealias Receiver = @Sendable (Data) throws(HubError) -> Void

/// One request and its answer, whose body is handed on as it arrives and never collected.
///
/// A redirection to another origin is followed without the token.
final class Exchange: NSObject, URLSessionDataDelegate {
    /// Sees the answer's head, after any redirections, and the heads of those; gives what shall take the body.
    typealias Opener =
        @Sendable (HTTPURLResponse, _ redirections: [HTTPURLResponse]) throws(HubError) -> Receiver

    private struct State {
        var redirections: [HTTPURLResponse] = []
        var receiver: Receiver?
        var failure: HubError?
        var continuation: CheckedContinuation<Outcome, Never>?
    }

    private let opener: Opener
    private let state = Mutex(State())

    private init(_ opener: @escaping Opener) { self.opener = opener }

    static func run(_ request: URLRequest, _ opener: @escaping Opener) async -> Outcome {
        let exchange = Exchange(opener)
        let configuration = URLSessionConfiguration.ephemeral
        configuration.timeoutIntervalForRequest = 60
        let queue = OperationQueue()
        queue.maxConcurrentOperationCount = 1
        let session = URLSession(configuration: configuration, delegate: exchange, delegateQueue: queue)
        defer { session.finishTasksAndInvalidate() }
        let task = session.dataTask(with: request)
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                exchange.state.withLock { $0.continuation = continuation }
                task.resume()
            }
        } onCancel: {
            task.cancel()
        }
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest: URLRequest, completionHandler: @escaping @Sendable (URLRequest?) -> Void
    ) {
        state.withLock { $0.redirections.append(response) }
        guard let original = task.originalRequest, let url = newRequest.url else {
            return completionHandler(nil)
        }
        var next = original
        next.url = url
        if !hasSameOrigin(url, original.url) { next.setValue(nil, forHTTPHeaderField: "Authorization") }
        completionHandler(next)
    }

    func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
        completionHandler: @escaping @Sendable (URLSession.ResponseDisposition) -> Void
    ) {
        let redirections = state.withLock { $0.redirections }
        do throws(HubError) {
            guard let response = response as? HTTPURLResponse else {
                throw .wrongAnswer(url: "\(dataTask)", reason: "it is not HTTP")
            }
            let receiver = try opener(response, redirections)
            state.withLock { $0.receiver = receiver }
            completionHandler(.allow)
        } catch {
            state.withLock { $0.failure = error }
            completionHandler(.cancel)
        }
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        let receiver = state.withLock { $0.failure == nil ? $0.receiver : nil }
        do {
            try receiver?(data)
        } catch {
            state.withLock { $0.failure = error }
            dataTask.cancel()
        }
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        let (continuation, failure) = state.withLock { state in
            defer { state.continuation = nil }
            return (state.continuation, state.failure)
        }
        let outcome: Outcome =
            if let failure {
                .failed(failure)
            } else if let error {
                (error as? URLError)?.code == .cancelled
                    ? .cancelled : .broken(reason: error.localizedDescription)
            } else {
                .complete
            }
        continuation?.resume(returning: outcome)
    }
}

/// Whether two addresses have the same scheme, host and port.
private func hasSameOrigin(_ a: URL, _ b: URL?) -> Bool {
    a.scheme == b?.scheme && a.host() == b?.host() && a.port == b?.port
}
