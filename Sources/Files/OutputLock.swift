import Foundation
import Synchronization

/// The right to write an output, held until the process ends. The system takes it from a process that dies.
///
/// The lock lies beside the output, `.<name>.lock`, and says who holds it: an output is replaced as a whole, so it is
/// never the same file twice.
public enum OutputLock {
    private static let held = Mutex<[String: String]>([:])  // the lock file of each output

    /// Takes the right to write a file or a folder; what this process holds already it has.
    ///
    /// - Parameter holder: What others are told of this process, as in `sft-probe train`.
    /// - Throws: `busy` where another process holds it.
    public static func hold(_ path: String, as holder: String) throws(FileError) {
        let end = try endOfLinks(path.hasSuffix("/") ? String(path.dropLast()) : path)
        if case .stream = (try? OutputPlace(end)) { return }
        let name = end.split(separator: "/").last.map(String.init) ?? end
        let key = URL(filePath: end).standardizedFileURL.path
        guard held.withLock({ $0[key] }) == nil else { return }
        let file = "\(folder(of: end))/.\(name).lock"
        while true {
            let descriptor = unsafe open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
            guard descriptor >= 0 else { throw writingFailure(path) }
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                let code = errno
                close(descriptor)
                // Some file systems have no locks; then there is none.
                guard code == EWOULDBLOCK || code == EINTR else {
                    unsafe unlink(file)
                    return
                }
                throw .busy(path: path, holder: holderNamed(in: file))
            }
            if isFile(descriptor, at: file) {
                note("process \(getpid()) (\(holder))", in: descriptor)
                held.withLock { $0[key] = file }
                return  // the descriptor stays open: with it goes the lock
            }
            close(descriptor)  // its holder has just removed it
        }
    }

    /// Gives back all that is held.
    public static func releaseAll() {
        held.withLock { held in
            for file in held.values { unsafe unlink(file) }
            held = [:]
        }
    }
}

/// Who a lock file says holds it.
public func holderNamed(in file: String) -> String {
    let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
    return text.isEmpty ? "another process" : String(text.onOneLine.prefix(200))
}

/// Writes into a lock file who holds it.
public func note(_ holder: String, in descriptor: Int32) {
    let bytes = Array(holder.utf8)
    _ = ftruncate(descriptor, 0)
    _ = unsafe bytes.withUnsafeBytes { unsafe pwrite(descriptor, $0.baseAddress, $0.count, 0) }
}

/// Whether an open file is still the one that its path names.
private func isFile(_ descriptor: Int32, at path: String) -> Bool {
    var (opened, named) = (stat(), stat())
    guard unsafe fstat(descriptor, &opened) == 0, unsafe stat(path, &named) == 0 else { return false }
    return opened.st_ino == named.st_ino && opened.st_dev == named.st_dev
}
