import Files
import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// The right to write a file, held until the value goes away; the system takes it from a process that dies.
///
/// The lock is taken on a file of its own beside the target, `.<name>.lock`, because a target is replaced as a
/// whole and so never is the same file twice. It is removed with the lock. On a file system without locks, and where
/// `HDF5_USE_FILE_LOCKING` is `FALSE` or 0, there is none: two writers at once are the user's to avoid.
struct FileLock: ~Copyable {
    private let path: String
    private let descriptor: CInt

    /// Waits until no other process writes the target.
    init(writing target: String, waiting seconds: Double) throws(HDF5Error) {
        path = lockFile(of: target)
        guard usesLocks else {
            descriptor = -1
            return
        }
        let deadline = Date(timeIntervalSinceNow: seconds)
        repeat {
            let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
            guard descriptor >= 0 else { throw systemFailure("lock it through \(path)", target) }
            let isTaken = flock(descriptor, LOCK_EX | LOCK_NB) != 0
            let reason = errno
            if isTaken, hasNoLocks(reason) {
                _ = unsafe unlink(path)
                _ = close(descriptor)
                HDF5Remarks.say(
                    "\(target): the file system has no locks; let no other program write the file meanwhile.")
                self.descriptor = -1
                return
            }
            if !isTaken, isFile(descriptor, at: path) {
                self.descriptor = descriptor
                note("process \(getpid())", in: descriptor)
                return
            }
            _ = close(descriptor)
            if isTaken, reason != EWOULDBLOCK, reason != EINTR {
                errno = reason
                throw systemFailure("lock it through \(path)", target)
            }
            if isTaken { usleep(20_000) }
        } while Date() < deadline
        throw .busy(path: target, waited: seconds)
    }

    deinit {
        guard descriptor >= 0 else { return }
        _ = unsafe unlink(path)
        _ = close(descriptor)
    }
}

/// The file through which a file is locked.
func lockFile(of target: String) -> String {
    let url = URL(filePath: target)
    return url.deletingLastPathComponent().appending(path: ".\(url.lastPathComponent).lock")
        .path(percentEncoded: false)
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

/// Whether the user wants locks: HDF5's own variable switches them off, as for every program that uses the library. It is
/// looked at before this program sets it for its own copy of the library.
let usesLocks: Bool = {
    let setting = ProcessInfo.processInfo.environment["HDF5_USE_FILE_LOCKING"]?.uppercased()
    return setting != "FALSE" && setting != "0"
}()

/// Whether an error of `flock` says that the file system has no locks, as NFS without a lock server, some Lustre and FUSE ones.
private func hasNoLocks(_ reason: CInt) -> Bool {
    [ENOLCK, ENOSYS, EOPNOTSUPP, ENOTSUP, EINVAL].contains(reason)
}

/// Whether an open file is still the one that its path names.
private func isFile(_ descriptor: CInt, at path: String) -> Bool {
    var (opened, named) = (stat(), stat())
    guard unsafe fstat(descriptor, &opened) == 0, unsafe stat(path, &named) == 0 else { return false }
    return opened.st_ino == named.st_ino && opened.st_dev == named.st_dev
}

/// The error that the last system call left.
func systemFailure(_ task: String, _ path: String) -> HDF5Error {
    .failed(path: path, task: task, reason: unsafe String(cString: strerror(errno)))
}
