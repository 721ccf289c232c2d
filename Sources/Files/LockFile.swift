import Foundation

/// The file through which an output is locked, `.<name>.lock` beside it: an output is replaced as a whole, and so is never the
/// same file twice.
public func lockFile(of path: String) -> String {
    "\(folder(of: path))/.\(path.split(separator: "/").last.map(String.init) ?? path).lock"
}

/// Whether the user wants locks: HDF5's own variable switches them off, as for every program that uses the library. It is
/// looked at before this program sets it for its own copy of the library.
public let usesLocks: Bool = {
    let setting = ProcessInfo.processInfo.environment["HDF5_USE_FILE_LOCKING"]?.uppercased()
    return setting != "FALSE" && setting != "0"
}()

/// A lock that is held through a file of its own. The system takes it from a process that dies, and a signal that ends the
/// process removes the file.
public struct HeldLock: Sendable {
    private let file: String
    private let descriptor: CInt
    private let leftover: Int?

    /// What came of an attempt to take a lock.
    public enum Attempt: Sendable {
        case taken(HeldLock)
        /// Another process has it.
        case held
        /// Its holder has just removed the file: worth another attempt.
        case gone
        /// The file system has no locks, as NFS without a lock server, some Lustre and FUSE ones.
        case noLocks
        /// The system refuses, with the number of its error.
        case failed(CInt)
    }

    /// Takes the lock, if no other process has it, and writes into the file which process holds it, and by which command.
    public static func attempt(through file: String, as command: String? = nil) -> Attempt {
        Leftovers.asOne {
            let descriptor = unsafe open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
            guard descriptor >= 0 else { return .failed(errno) }
            let outcome = tryLock(descriptor)
            if case .taken = outcome, isFile(descriptor, at: file) {
                note("process \(getpid())" + (command.map { " (\($0))" } ?? ""), in: descriptor)
                return .taken(
                    HeldLock(file: file, descriptor: descriptor, leftover: Leftovers.note(file)))
            }
            if case .noLocks = outcome { unsafe unlink(file) }
            close(descriptor)
            return switch outcome {
            case .taken: .gone
            case .held: .held
            case .noLocks: .noLocks
            case .failed(let reason): .failed(reason)
            }
        }
    }

    /// Gives the lock back, and removes its file.
    public func release() {
        Leftovers.asOne {
            Leftovers.forget(leftover)
            unsafe unlink(file)
        }
        close(descriptor)
    }
}

/// What came of an attempt to lock an open file.
public enum LockOutcome: Equatable, Sendable {
    case taken
    /// Another process has it.
    case held
    /// The file system has no locks.
    case noLocks
    /// The system refuses, with the number of its error.
    case failed(CInt)
}

/// Takes the lock of an open file, if no other process has it.
public func tryLock(_ descriptor: CInt) -> LockOutcome {
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
        switch errno {
        case EINTR: continue
        case EWOULDBLOCK: return .held
        case ENOLCK, ENOSYS, EOPNOTSUPP, EINVAL: return .noLocks  // EOPNOTSUPP is ENOTSUP too
        case let reason: return .failed(reason)
        }
    }
    return .taken
}

/// Whether an open file is still the one that its path names.
private func isFile(_ descriptor: CInt, at path: String) -> Bool {
    var (opened, named) = (stat(), stat())
    guard unsafe fstat(descriptor, &opened) == 0, unsafe stat(path, &named) == 0 else { return false }
    return opened.st_ino == named.st_ino && opened.st_dev == named.st_dev
}

/// Who a lock file says holds it.
public func holderNamed(in file: String) -> String {
    let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
    return text.isEmpty ? "another process" : String(text.onOneLine.prefix(200))
}

/// Writes into a lock file who holds it.
private func note(_ holder: String, in descriptor: CInt) {
    let bytes = Array(holder.utf8)
    _ = ftruncate(descriptor, 0)
    _ = unsafe bytes.withUnsafeBytes { unsafe pwrite(descriptor, $0.baseAddress, $0.count, 0) }
}
