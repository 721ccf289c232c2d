import FlyingSocks
import Synchronization

/// Waits for connections, but for so many at a time only, and for each so long only: who opens connections and says nothing,
/// or does not take what is sent, loses the oldest.
struct BoundedPool<Base: AsyncSocketPool>: AsyncSocketPool {
    let base: Base
    let seconds: Int
    private let waiting: Waiting

    init(_ base: Base, most: Int, seconds: Int) {
        (self.base, self.seconds) = (base, seconds)
        waiting = Waiting(most)
    }

    func prepare() async throws { try await base.prepare() }

    func run() async throws { try await base.run() }

    func suspendSocket(_ socket: Socket, untilReadyFor events: Socket.Events) async throws {
        // The listening socket waits as long as it takes.
        if events == .connection { return try await base.suspendSocket(socket, untilReadyFor: events) }
        let wait = Task { [base] in try await base.suspendSocket(socket, untilReadyFor: events) }
        let limit = Task { [seconds] in
            try await Task.sleep(for: .seconds(seconds))
            wait.cancel()
        }
        let number = waiting.add(wait)
        defer {
            limit.cancel()
            waiting.remove(number)
        }
        try await withTaskCancellationHandler {
            try await wait.value
        } onCancel: {
            wait.cancel()
        }
    }
}

/// The waits that go on, by their numbers; where there are too many, the oldest ends.
private final class Waiting: Sendable {
    private struct State {
        var next = 0
        var waits: [Int: Task<Void, any Error>] = [:]
    }

    private let state = Mutex(State())
    private let most: Int

    init(_ most: Int) { self.most = most }

    func add(_ wait: Task<Void, any Error>) -> Int {
        state.withLock { state in
            if state.waits.count >= most, let oldest = state.waits.keys.min() {
                state.waits.removeValue(forKey: oldest)?.cancel()
            }
            state.next += 1
            state.waits[state.next] = wait
            return state.next
        }
    }

    func remove(_ number: Int) { _ = state.withLock { $0.waits.removeValue(forKey: number) } }
}
