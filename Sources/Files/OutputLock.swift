import Foundation
import Synchronization

/// The right to write an output, held until the process ends. The system takes it from a process that dies.
///
/// The lock lies beside the output, `.<name>.lock`, and says who holds it.
public enum OutputLock {
    private static let held = Mutex<[String: HeldLock]>([:])  // by output

    /// Takes the right to write a file or a folder; what this process holds already it has.
    ///
    /// There are no locks on a file system without them, and where `HDF5_USE_FILE_LOCKING` is `FALSE` or 0.
    ///
    /// - Parameters:
    ///   - path: The file or folder; it need not be there.
    ///   - holder: What others are told of this process, as in `sft-probe train`.
    /// - Throws: `busy` where another process holds it.
    public static func hold(_ path: String, as holder: String) throws(FileError) {
        guard usesLocks else { return }
        let end = try endOfLinks(path.hasSuffix("/") ? String(path.dropLast()) : path)
        if case .stream = (try? OutputPlace(end)) { return }
        let key = URL(filePath: end).standardizedFileURL.path
        guard held.withLock({ $0[key] }) == nil else { return }
        let file = lockFile(of: end)
        while true {
            switch HeldLock.attempt(through: file, as: holder) {
            case .taken(let lock):
                held.withLock { $0[key] = lock }
                return
            case .gone: continue
            case .held: throw .busy(path: path, holder: holderNamed(in: file))
            case .noLocks: return
            case .failed(let reason):
                errno = reason
                throw writingFailure(path)
            }
        }
    }

    /// Whether a process of this machine holds an output. Nothing is locked for that, so nobody is kept from it.
    public static func isHeld(_ path: String) -> Bool {
        let file = lockFile(of: path.hasSuffix("/") ? String(path.dropLast()) : path)
        guard let text = try? String(contentsOfFile: file, encoding: .utf8), text.hasPrefix("process "),
            let number = pid_t(text.dropFirst(8).prefix { $0.isNumber })
        else { return false }
        return kill(number, 0) == 0 || errno == EPERM
    }

    /// Gives back all that is held.
    public static func releaseAll() {
        held.withLock { held in
            for lock in held.values { lock.release() }
            held = [:]
        }
    }
}
