import CHDF5
import Files
import Foundation
import Synchronization

/// One call into HDF5 at a time, because a library built without thread safety allows no more.
private let library: Mutex<Void> = {
    // Its own file locks would pass to programs that this one starts, and fail on network file systems. Writers here
    // have a lock of their own, and change a copy that replaces the file. A setting of the user's is left alone.
    _ = usesLocks
    _ = unsafe setenv("HDF5_USE_FILE_LOCKING", "FALSE", 0)
    // What the library does at the end of a process is only to close what was left open, of which there is nothing but
    // files whose closing failed. On those it crashes, or says that it cannot end.
    H5dont_atexit()
    return Mutex(())
}()

/// Makes one HDF5 call, which answers a negative number when it fails.
///
/// HDF5 keeps a stack of errors for each thread. It is kept from printing, and emptied where the
/// error happened: an error left on a worker thread stops the library from closing at exit
/// (HDFGroup/hdf5#4852).
@discardableResult
func attempt<Status: SignedInteger & Sendable>(
    _ task: @autoclosure () -> String, in path: String, _ call: () -> Status
) throws(HDF5Error) -> Status {
    var said = ""
    let status = library.withLock { _ in
        H5Eset_auto2(hid_t(H5E_DEFAULT), nil, nil)
        let status = call()
        if status < 0 {
            said = innermostError()
            H5Eclear2(hid_t(H5E_DEFAULT))
        }
        return status
    }
    if status < 0 { throw failure(task(), path, said) }
    return status
}

/// The error for what the library said. Where the system refused, its words hold the number and the text of that, among
/// times and addresses.
private func failure(_ task: String, _ path: String, _ said: String) -> HDF5Error {
    let words = said.replacing("\n", with: " ")
    guard let match = words.firstMatch(of: #/errno = ([0-9]+), error message = '([^']*)'/#),
        let code = Int32(match.1)
    else { return .damaged(path: path, task: task, reason: words) }
    if code == ENOSPC || code == EDQUOT {
        return .file(.full(path: targetOfPartial(path), free: freeBytes(at: path)))
    }
    return .failed(path: path, task: task, reason: String(match.2))
}

/// Asks HDF5 what cannot fail.
func ask<Answer: Sendable>(_ call: () -> Answer) -> Answer {
    library.withLock { _ in call() }
}

/// The library's own words for what failed on this thread.
private func innermostError() -> String {
    let words = unsafe text(room: 2000) { unsafe hdf5_innermost_error($0) }
    return words.isEmpty ? "the HDF5 library gives no reason" : words
}

/// The text that a C function leaves in a buffer of `room` zero bytes.
func text(room: Int, _ fill: (UnsafeMutablePointer<CChar>?) -> Void) -> String {
    var bytes = [UInt8](repeating: 0, count: room)
    unsafe bytes.withUnsafeMutableBytes { unsafe fill($0.bindMemory(to: CChar.self).baseAddress) }
    return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
}

/// An open HDF5 object, closed when the value goes away.
struct Identifier: ~Copyable {
    let id: hid_t
    private let closer: @Sendable (hid_t) -> herr_t

    /// Opens or creates an object: `call` answers its identifier, `closer` closes it.
    init(
        _ task: @autoclosure () -> String, in path: String,
        closedBy closer: @escaping @Sendable (hid_t) -> herr_t,
        _ call: () -> hid_t
    ) throws(HDF5Error) {
        id = try attempt(task(), in: path, call)
        self.closer = closer
    }

    deinit { _ = try? attempt("close", in: "") { closer(id) } }
}
