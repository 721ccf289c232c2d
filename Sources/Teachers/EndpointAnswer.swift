import Foundation
import HTTP
import Synchronization

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// A server's answer to a request, whole.
struct EndpointAnswer: Sendable {
    var status = 0
    var retryAfter, date: String?
    var data = Data()

    /// How a request ended.
    enum Ending {
        case answer(EndpointAnswer)
        case again(because: String)
        /// It cannot be asked: the next attempt would fail in the same way.
        case impossible(because: String)
        /// It leads, by this status, to another server.
        case elsewhere(String, status: Int)
        /// It is longer than this.
        case endless(Int)
    }

    /// The most bytes of an answer: a reply of a million tokens has about four.
    private static let bound = 16 << 20

    private final class Collector: Sendable {
        let state = Mutex(EndpointAnswer())
    }

    /// The answer to a request. A redirection is followed only on the same server: the key is not for others.
    static func asked(_ request: URLRequest, within seconds: Double) async -> Ending {
        let answer = Collector()
        let bounds = Bounds(bytes: bound, seconds: seconds, followsOtherOrigins: false)
        let outcome = await Exchange<Never>.run(request, within: bounds) { (response, _) in
            answer.state.withLock {
                $0.status = response.statusCode
                $0.retryAfter = response.value(forHTTPHeaderField: "Retry-After")
                $0.date = response.value(forHTTPHeaderField: "Date")
            }
            return { data in answer.state.withLock { $0.data += data } }
        }
        switch outcome {
        case .complete: return .answer(answer.state.withLock { $0 })
        case .broken(let reason): return .again(because: "the connection failed (\(reason))")
        case .impossible(let reason): return .impossible(because: reason)
        case .late: return .again(because: "no answer came in \(seconds) s")
        case .tooLong(let bound): return .endless(bound)
        case .redirected(let place, let status): return .elsewhere(place, status: status)
        case .cancelled: return .again(because: "the run was stopped")
        }
    }
}
