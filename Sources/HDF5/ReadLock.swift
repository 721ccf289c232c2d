import Files
import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// What keeps others from changing a file in place while it is read: they replace it then, and the reader keeps the old one.
final class ReadLock {
    private let descriptor: CInt

    /// Waits a moment for who changes the file right now.
    ///
    /// - Throws: `openElsewhere` where another program has it open for writing.
    init(_ path: String) throws(HDF5Error) {
        if unsafe access(journal(of: path), F_OK) == 0 {
            let lock = try FileLock(writing: path, waiting: 10)
            try finishJournal(of: path)
            _ = consume lock
        }
        guard usesLocks else {
            descriptor = -1
            return
        }
        descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw systemFailure("open the file", path) }
        let deadline = Date(timeIntervalSinceNow: 1)
        while flock(descriptor, LOCK_SH | LOCK_NB) != 0, errno == EWOULDBLOCK {
            guard Date() < deadline else {
                _ = close(descriptor)
                throw .openElsewhere(path: path)
            }
            usleep(10_000)
        }
    }

    deinit { if descriptor >= 0 { _ = close(descriptor) } }
}
