import Files
import Foundation
import Synchronization

/// Standard output: what is written there is kept until it has been taken, and what could not be written is remembered,
/// so that a command ends with success only where its result has arrived.
enum StandardOutput {
    private struct State {
        var waiting: [UInt8] = []
        var failure: String?
    }

    private static let state = Mutex(State())
    /// Whether a person looks on.
    static let isTerminal = isatty(1) == 1

    /// Whether something was lost already.
    static var hasFailed: Bool { state.withLock { $0.failure != nil } }

    /// Takes bytes.
    static func write(_ bytes: some Sequence<UInt8>) {
        state.withLock { state in
            guard state.failure == nil else { return }
            state.waiting += bytes
            if isTerminal || state.waiting.count > 1 << 16 { flush(&state) }
        }
    }

    /// Brings to its reader what was written.
    static func flush() { state.withLock { flush(&$0) } }

    /// The same, at the end of a command.
    ///
    /// - Throws: where something was lost.
    static func finish() throws {
        flush()
        if let reason = state.withLock(\.failure) { throw OutputLost(reason: reason) }
    }

    private static func flush(_ state: inout State) {
        guard !state.waiting.isEmpty else { return }
        if state.failure == nil {
            var code: Int32?
            StatusLine.makeRoom { code = writeAll(state.waiting, to: 1) }
            if let code { state.failure = unsafe String(cString: strerror(code)) }
        }
        state.waiting.removeAll(keepingCapacity: true)
    }
}

/// A result that standard output did not take.
struct OutputLost: Error, CustomStringConvertible {
    let reason: String
    var description: String {
        "standard output could not be written: \(reason); what was printed is not complete."
    }
}

/// Standard error: remarks, which may be lost without harm.
enum StandardError {
    /// Writes text, after what standard output has been given.
    static func write(_ text: String) {
        StandardOutput.flush()
        StatusLine.makeRoom { _ = writeAll(Array(text.utf8), to: 2) }
    }
}

/// Prints to standard output, in the place of Swift's own. Characters that a terminal would obey are written out.
func print(_ items: Any..., separator: String = " ", terminator: String = "\n") {
    print(items.map { "\($0)" }.joined(separator: separator), terminator: terminator)
}

/// The same for one text: lines that are printed by the thousand are not cast.
func print(_ text: String, terminator: String = "\n") {
    StandardOutput.write(text.withoutControls.utf8)
    StandardOutput.write(terminator.utf8)
}

/// Makes the standard streams fit for use: a closed one is taken, lest the next file that is opened gets its number and
/// what is printed; and a reader that goes away is an error and no signal.
func prepareStandardStreams() {
    signal(SIGPIPE, SIG_IGN)
    allowManyFiles()
    for descriptor: Int32 in 0...2 where fcntl(descriptor, F_GETFD) < 0 {
        _ = unsafe open("/dev/null", O_RDONLY)  // writing to it fails, as to a closed stream
    }
}

/// Lets the process open as many files as it may, up to 4096. Where it may open next to none, it ends here with a sentence:
/// the system's libraries would end it with a signal later, and leave locks behind.
private func allowManyFiles() {
    var limit = rlimit()
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = max(limit.rlim_cur, min(limit.rlim_max, 4096))
    _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    guard limit.rlim_cur < 32 else { return }
    standardError(
        "error: only \(limit.rlim_cur) files may be open at once, and 32 are needed; allow more: ulimit -n 64"
    )
    _exit(74)
}

/// Writes all bytes; the number of the error where the system does not take them.
func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Int32? {
    var written = 0
    while written < bytes.count {
        let count = unsafe bytes[written...].withUnsafeBytes { rest in
            unsafe Glibc.write(descriptor, rest.baseAddress, rest.count)
        }
        if count >= 0 {
            written += count
        } else if errno == EAGAIN {
            var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            _ = unsafe poll(&waiting, 1, 1000)
        } else if errno != EINTR {
            return errno
        }
    }
    return nil
}
