public import Foundation
import Synchronization

#if canImport(FoundationNetworking)
    public import FoundationNetworking
#endif

/// One request and its answer, whose body is handed on as it arrives and never collected. All of the package's HTTP goes
/// through it.
public enum Exchange<Failure: Error> {
    /// Takes a body piece by piece as it arrives.
    public typealias Receiver = @Sendable (Data) throws(Failure) -> Void
    /// Sees the answer's head, after any redirections, and the heads of those; gives what shall take the body.
    public typealias Opener =
        @Sendable (HTTPURLResponse, _ redirections: [HTTPURLResponse]) throws(Failure) -> Receiver

    /// Makes the request.
    ///
    /// - Returns: How it ended. With a status other than success too it is complete.
    public static func run(
        _ request: URLRequest, within bounds: Bounds, _ opener: @escaping Opener
    ) async -> ExchangeOutcome<Failure> {
        await Going(bounds, opener).run(request)
    }
}

/// An exchange that is going on.
private final class Going<Failure: Error>: NSObject, URLSessionDataDelegate {
    typealias Receiver = Exchange<Failure>.Receiver
    typealias Opener = Exchange<Failure>.Opener

    private struct State {
        var redirections: [HTTPURLResponse] = []
        var receiver: Receiver?
        var count = 0
        /// Why we ended it, if we did.
        var end: ExchangeOutcome<Failure>?
        var continuation: CheckedContinuation<ExchangeOutcome<Failure>, Never>?
    }

    private let bounds: Bounds
    private let opener: Opener
    private let state = Mutex(State())

    init(_ bounds: Bounds, _ opener: @escaping Opener) { (self.bounds, self.opener) = (bounds, opener) }

    func run(_ request: URLRequest) async -> ExchangeOutcome<Failure> {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.timeoutIntervalForRequest = max(60, 2 * (bounds.seconds ?? 0))
        let queue = OperationQueue()
        queue.maxConcurrentOperationCount = 1
        let session = URLSession(configuration: configuration, delegate: self, delegateQueue: queue)
        defer { session.finishTasksAndInvalidate() }
        let task = session.dataTask(with: request)
        // The session's own time-outs start anew with every byte.
        let clock = bounds.seconds.map { seconds in
            Task {
                try await Task.sleep(for: .seconds(seconds))
                end(task, .late)
            }
        }
        defer { clock?.cancel() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                state.withLock { $0.continuation = continuation }
                task.resume()
            }
        } onCancel: {
            task.cancel()
        }
    }

    /// Notes why we end the exchange; the first reason counts.
    private func note(_ outcome: ExchangeOutcome<Failure>) {
        state.withLock { if $0.end == nil { $0.end = outcome } }
    }

    private func end(_ task: URLSessionTask, _ outcome: ExchangeOutcome<Failure>) {
        note(outcome)
        task.cancel()
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest: URLRequest, completionHandler: @escaping @Sendable (URLRequest?) -> Void
    ) {
        let (count, hasEnded) = state.withLock { state in
            state.redirections.append(response)
            return (state.redirections.count, state.end != nil)
        }
        if hasEnded { return }  // a task that was cancelled takes no answer
        guard let original = task.originalRequest, let from = original.url, let url = newRequest.url,
            ["http", "https"].contains(url.scheme?.lowercased()), count <= bounds.redirections
        else {
            note(.redirected(to: newRequest.url?.shown ?? "nowhere", status: response.statusCode))
            return completionHandler(nil)
        }
        let isSame = url.hasSameOrigin(as: from)
        guard isSame || bounds.followsOtherOrigins else {
            note(.redirected(to: url.shown, status: response.statusCode))
            return completionHandler(nil)
        }
        var next = original
        next.url = url
        if !isSame { next.setValue(nil, forHTTPHeaderField: "Authorization") }
        completionHandler(next)
    }

    func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
        completionHandler: @escaping @Sendable (URLSession.ResponseDisposition) -> Void
    ) {
        let (redirections, hasEnded) = state.withLock { ($0.redirections, $0.end != nil) }
        if hasEnded { return completionHandler(.cancel) }
        guard let response = response as? HTTPURLResponse else {
            note(.broken(reason: "the answer is not HTTP"))
            return completionHandler(.cancel)
        }
        do throws(Failure) {
            let receiver = try opener(response, redirections)
            state.withLock { $0.receiver = receiver }
            completionHandler(.allow)
        } catch {
            note(.failed(error))
            completionHandler(.cancel)
        }
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        let (receiver, count) = state.withLock { state in
            state.count += data.count
            return (state.end == nil ? state.receiver : nil, state.count)
        }
        if let bound = bounds.bytes, count > bound { return end(dataTask, .tooLong(bound: bound)) }
        do throws(Failure) {
            try receiver?(data)
        } catch {
            end(dataTask, .failed(error))
        }
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?
    ) {
        let (continuation, end) = state.withLock { state in
            defer { state.continuation = nil }
            return (state.continuation, state.end)
        }
        let outcome: ExchangeOutcome<Failure> =
            if let end {
                end
            } else if let error {
                (error as? URLError)?.code == .cancelled
                    ? .cancelled : .broken(reason: error.localizedDescription)
            } else {
                .complete
            }
        continuation?.resume(returning: outcome)
    }
}
