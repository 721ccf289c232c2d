import Synchronization

/// How many tasks are computing now.
final class RunningTasks: Sendable {
    private let running = Atomic(0)

    var count: Int { running.load(ordering: .relaxed) }

    func begin() { running.add(1, ordering: .relaxed) }

    func end() { running.subtract(1, ordering: .relaxed) }
}
