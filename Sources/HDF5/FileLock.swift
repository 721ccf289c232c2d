import Files
import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// The right to write a file, held until the value goes away; the system takes it from a process that dies.
///
/// The lock is taken on a file of its own beside the target, which is removed with the lock. On a file system without
/// locks, and where `HDF5_USE_FILE_LOCKING` is `FALSE` or 0, there is none: two writers at once are the user's to avoid.
struct FileLock: ~Copyable {
    private let held: HeldLock?

    /// Waits until no other process writes the target.
    init(writing target: String, waiting seconds: Double) throws(HDF5Error) {
        held = try usesLocks ? lock(target, waiting: seconds) : nil
    }

    deinit { held?.release() }
}

/// The lock of a file; nil where the file system has none.
private func lock(_ target: String, waiting seconds: Double) throws(HDF5Error) -> HeldLock? {
    let (file, deadline) = (lockFile(of: target), Date(timeIntervalSinceNow: seconds))
    repeat {
        switch HeldLock.attempt(through: file) {
        case .taken(let lock): return lock
        case .gone: continue
        case .held: usleep(20_000)
        case .noLocks:
            HDF5Remarks.say(
                "\(target): the file system has no locks; let no other program write the file meanwhile.")
            return nil
        case .failed(let reason):
            errno = reason
            throw systemFailure("lock it through \(file)", target)
        }
    } while Date() < deadline
    throw .busy(path: target, waited: seconds)
}

/// Throws where another program has an HDF5 file open for writing, which the HDF5 library shows by a lock on the file.
/// Programs that only read it do no harm: they keep the file that they opened.
func requireNoWriter(of path: String) throws(HDF5Error) {
    guard usesLocks else { return }
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw systemFailure("open the file", path) }
    defer { _ = close(descriptor) }
    guard flock(descriptor, LOCK_SH | LOCK_NB) != 0 else { return }
    if errno == EWOULDBLOCK { throw .openElsewhere(path: path) }
}

/// The error that the last system call left.
func systemFailure(_ task: String, _ path: String) -> HDF5Error {
    .failed(path: path, task: task, reason: unsafe String(cString: strerror(errno)))
}
