import Dispatch

/// Runs what a command does between its computations, on a thread of its own. Computations take the threads of the pool, one
/// for each processor, for seconds at a time: what had to wait for them could not answer a request to stop.
final class CommandExecutor: TaskExecutor {
    private let queue = DispatchQueue(label: "sft-probe command")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { [self] in unsafe job.runSynchronously(on: asUnownedTaskExecutor()) }
    }
}
