import Dispatch
import Synchronization

/// The value of some work, or nil as soon as `isStopped` says so: the work is then left behind, and what it gives is
/// thrown away. For work that changes nothing, in a process that is about to end.
///
/// The work runs on the threads of the pool, and may take them all; `isStopped` is asked on another.
///
/// - Parameters:
///   - isStopped: Is asked every 50 ms.
///   - work: What makes the value.
public func unlessStopped<Value: Sendable>(
    _ isStopped: @escaping @Sendable () -> Bool, _ work: @escaping @Sendable () async -> Value
) async -> Value? {
    let race = Race<Value>()
    let clock = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "stop"))
    clock.schedule(deadline: .now() + .milliseconds(50), repeating: .milliseconds(50))
    clock.setEventHandler { if isStopped() { race.end(with: nil) } }
    clock.activate()
    defer { clock.cancel() }
    return await withCheckedContinuation { continuation in
        race.begin(continuation)
        Task { race.end(with: await work()) }
    }
}

/// Takes the first of two answers.
private final class Race<Value: Sendable>: Sendable {
    private let waiting = Mutex<CheckedContinuation<Value?, Never>?>(nil)

    func begin(_ continuation: CheckedContinuation<Value?, Never>) { waiting.withLock { $0 = continuation } }

    func end(with value: Value?) {
        let continuation = waiting.withLock { waiting in
            defer { waiting = nil }
            return waiting
        }
        continuation?.resume(returning: value)
    }
}
