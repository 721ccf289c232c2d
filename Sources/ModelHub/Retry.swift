import Foundation
import HTTP
import Synchronization

/// What came of one attempt.
enum Attempt: Sendable {
    case done
    /// All that was asked for came, and there is more to ask for.
    case more
    /// Worth another attempt, for this reason; `moved` if bytes arrived, so that patience starts anew.
    case again(reason: String, moved: Bool)
}

extension Hub {
    private static let attempts = 5

    /// Makes attempts, with growing pauses, until one is done or several in a row brought nothing.
    func retrying(
        _ url: String, _ work: () async throws(HubError) -> Attempt
    ) async throws(HubError) {
        var fruitless = 0
        while true {
            let reason: String
            switch try await work() {
            case .done: return
            case .more:
                fruitless = 0
                continue
            case .again(let because, let moved):
                fruitless = moved ? 1 : fruitless + 1
                reason = because
            }
            guard fruitless < Self.attempts else { throw .unreachable(url: url, reason: reason) }
            do {
                try await Task.sleep(for: firstDelay * (1 << (fruitless - 1)))
            } catch {
                throw .interrupted(file: url)
            }
        }
    }

    /// What an exchange means: done, worth repeating, or final.
    func attempt(
        _ outcome: ExchangeOutcome<HubError>, status: Int?, url: String, repository: String, file: String,
        moved: Bool = false
    ) throws(HubError) -> Attempt {
        switch (outcome, status) {
        case (.failed(let error), _): throw error
        case (.cancelled, _): throw .interrupted(file: file)
        case (.tooLong(let bound), _):
            throw .wrongAnswer(url: url, reason: "it is longer than \(bound) bytes")
        case (.redirected(let place, _), _):
            throw .wrongAnswer(
                url: url, reason: "it leads on and on, at last to \(hiding([token], in: place))")
        case (.impossible(let reason), _): throw .unreachable(url: url, reason: reason)
        case (.late, _): return .again(reason: "it took too long", moved: moved)
        case (_, let status?) where status >= 500:
            return .again(reason: "it answered \(status)", moved: moved)
        case (_, let status?) where !(200...299).contains(status):
            throw refusal(status, url: url, repository: repository)
        case (.broken(let reason), _): return .again(reason: reason, moved: moved)
        case (.complete, nil): return .again(reason: "it answered nothing", moved: moved)
        case (.complete, _): return .done
        }
    }
}

/// A value that a callback sets.
final class Latest<Value: Sendable>: Sendable {
    private let stored = Mutex<Value?>(nil)
    var value: Value? {
        get { stored.withLock { $0 } }
        set { stored.withLock { $0 = newValue } }
    }
}

/// A small body in memory.
final class Collected: Sendable {
    private let stored = Mutex(Data())

    var data: Data { stored.withLock { $0 } }

    func clear() { stored.withLock { $0 = Data() } }

    func append(_ data: Data) { stored.withLock { $0 += data } }
}
