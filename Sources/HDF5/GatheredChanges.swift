import CGathering
import Files

#if canImport(Glibc)
    import Glibc
#endif

/// Changes to a file that are gathered in memory until they are brought into it: adding to a large file costs what is added.
@safe final class GatheredChanges {
    let target: String
    private let changes: OpaquePointer
    private let descriptor: CInt

    /// Begins to change a file, which stays as it is.
    init(of target: String) throws(HDF5Error) {
        descriptor = unsafe open(target, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw systemFailure("open the file", target) }
        guard let changes = unsafe gathered_changes_of(descriptor) else {
            _ = close(descriptor)
            throw systemFailure("make room for changes to it", target)
        }
        unsafe self.changes = changes
        self.target = target
    }

    deinit {
        unsafe gathered_changes_free(changes)
        _ = close(descriptor)
    }

    /// Has files that are opened with an access list opened through the changes.
    func serve(_ access: borrowing Identifier) throws(HDF5Error) {
        let id = access.id
        try attempt("open the file", in: target) { unsafe gathered_changes_use(changes, id) }
    }

    /// Brings the changes into the file itself, with a journal from which the next to open the file goes on where this
    /// process ends on the way.
    ///
    /// - Returns: whether it was done; not where somebody reads the file, or it may not be written: then it is as it was.
    func bringIn() throws(HDF5Error) -> Bool {
        let file = unsafe open(target, O_RDWR | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { _ = close(file) }
        guard flock(file, LOCK_EX | LOCK_NB) == 0, isFile(descriptor, at: target) else { return false }
        try note(in: file)
        try require(unsafe gathered_changes_apply(changes, file), "write the pages that change")
        _ = unsafe unlink(journal(of: target))
        syncFolder(of: target)
        return true
    }

    /// Writes what lies beyond the end of the file, and the journal. Whatever fails, the file is as it was.
    func note(in file: CInt) throws(HDF5Error) {
        do throws(HDF5Error) {
            try require(unsafe gathered_changes_append(changes, file), "write at its end")
            try require(unsafe gathered_changes_note(changes, journal(of: target)), "write its journal")
        } catch {
            _ = unsafe gathered_changes_take_back(changes, file)
            throw error
        }
        syncFolder(of: target)
    }

    /// Brings the changes into a copy of the file.
    func bringIn(copy path: String) throws(HDF5Error) {
        let file = unsafe open(path, O_RDWR | O_CLOEXEC)
        guard file >= 0 else { throw systemFailure("open its copy", path) }
        defer { _ = close(file) }
        try require(unsafe gathered_changes_append(changes, file), "write at its end")
        try require(unsafe gathered_changes_apply(changes, file), "write the pages that change")
    }

    private func require(_ reason: CInt, _ task: String) throws(HDF5Error) {
        guard reason != 0 else { return }
        errno = reason
        if reason == ENOSPC || reason == EDQUOT { throw .file(writingFailure(target)) }
        throw systemFailure(task, target)
    }
}

/// The file beside a file with the pages that are to change in it; it is there only while they do, or after a process that
/// ended meanwhile.
func journal(of target: String) -> String {
    "\(folder(of: target))/.\(target.split(separator: "/").last.map(String.init) ?? target).journal"
}

/// Ends what a process has begun that ended while it changed the file. To be called by who holds the file's lock.
func finishJournal(of target: String) throws(HDF5Error) {
    let journal = journal(of: target)
    guard unsafe access(journal, F_OK) == 0 else { return }
    let file = unsafe open(target, O_RDWR | O_CLOEXEC)
    guard file >= 0 else { throw systemFailure("go on with a change that was broken off", target) }
    defer { _ = close(file) }
    var isWhole = false
    let reason = unsafe gathered_journal_apply(journal, file, &isWhole)
    guard reason == 0 else {
        errno = reason
        throw systemFailure("go on with a change that was broken off", target)
    }
    _ = unsafe unlink(journal)
}
