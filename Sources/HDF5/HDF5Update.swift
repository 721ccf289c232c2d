import CHDF5
import Files
import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// A change to a file that happens as a whole or not at all.
///
/// It works on a copy beside the file, `.<name>.partial`. ``commit()`` writes the copy through to the disk and
/// gives it the file's name; until then, and when the update goes away without it, the file is untouched. One
/// process at a time updates a file; the others wait. Readers see the old file or the new one.
public struct HDF5Update: ~Copyable {
    /// The copy to change.
    public let file: HDF5File
    /// Whether there was no file yet.
    public let isNew: Bool
    private let copy: PartialCopy

    /// Begins to change the file at a path, or to make it.
    ///
    /// - Parameters:
    ///   - path: the file; links are followed.
    ///   - seconds: how long to wait for another process that is updating the file.
    public init(of path: String, waiting seconds: Double = 60) throws(HDF5Error) {
        let target: String
        do throws(FileError) {
            guard case .file(let end) = try OutputPlace(fileAt: path) else {
                throw .notAFile(path: path, found: "a stream")
            }
            target = end
        } catch { throw .file(error) }
        let copy = try PartialCopy(of: target, waiting: seconds)
        let isNew = copy.isNew
        let file = try isNew ? HDF5File(creating: copy.path) : HDF5File(writing: copy.path)
        self.copy = copy
        self.isNew = isNew
        self.file = file
    }

    /// Puts the changed copy in the place of the file.
    public consuming func commit() throws(HDF5Error) {
        try file.close()
        try copy.replaceTarget()
    }

    /// The same, with all that `transfer` brings from the changed copy into a new file: room that was freed is gone then.
    public consuming func commit(
        transferring transfer: (_ from: borrowing HDF5File, _ to: borrowing HDF5File) throws(HDF5Error) ->
            Void
    ) throws(HDF5Error) {
        let packed = "\(copy.path)-packed"
        let leftover = Leftovers.note(packed)
        defer {
            _ = unsafe unlink(packed)
            Leftovers.forget(leftover)
        }
        let new = try HDF5File(creating: packed)
        try transfer(file, new)
        try new.close()
        try file.close()
        guard unsafe rename(packed, copy.path) == 0 else { throw systemFailure("replace its copy", packed) }
        try copy.replaceTarget()
    }
}

/// The file that a copy will replace; any other path itself.
func targetOfPartial(_ path: String) -> String {
    path.replacing(#/(^|/)\.([^/]*)\.partial(-packed)?$/#) { "\($0.1)\($0.2)" }
}

/// The copy and the lock, both gone when the value goes away.
struct PartialCopy: ~Copyable {
    let path: String
    let isNew: Bool
    private let target: String
    private let lock: FileLock
    private let leftover: Int?

    init(of target: String, waiting seconds: Double) throws(HDF5Error) {
        let url = URL(filePath: target)
        let folder = url.deletingLastPathComponent()
        guard FileManager.default.fileExists(atPath: folder.path(percentEncoded: false)) else {
            throw .file(.unwritable(path: target, reason: "its folder is missing"))
        }
        let path = folder.appending(path: ".\(url.lastPathComponent).partial").path(percentEncoded: false)
        let lock = try FileLock(writing: target, waiting: seconds)
        let isNew = !FileManager.default.fileExists(atPath: target)
        let leftover = Leftovers.note(path)
        do throws(HDF5Error) {
            if !isNew {
                try requireNoWriter(of: target)
                try copyFile(target, to: path)
            }
        } catch {
            Leftovers.forget(leftover)
            throw error
        }
        self.leftover = leftover
        self.target = target
        self.path = path
        self.isNew = isNew
        self.lock = lock
    }

    func replaceTarget() throws(HDF5Error) {
        try synchronize(path)
        if !isNew && FileManager.default.fileExists(atPath: target) { try requireNoWriter(of: target) }
        guard unsafe rename(path, target) == 0 else { throw systemFailure("replace the file", target) }
        syncFolder(of: target)
    }

    deinit {
        _ = unsafe unlink(path)
        Leftovers.forget(leftover)
    }
}

/// Copies within the system, which shares the bytes instead where the file system can (Btrfs, XFS).
private func copyFile(_ target: String, to path: String) throws(HDF5Error) {
    try requireSignature(target)
    _ = unsafe unlink(path)
    let from = unsafe open(target, O_RDONLY | O_CLOEXEC)
    guard from >= 0 else { throw systemFailure("copy it to \(path)", target) }
    defer { _ = close(from) }
    var facts = stat()
    _ = unsafe fstat(from, &facts)
    let to = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, facts.st_mode & 0o777)
    guard to >= 0 else { throw systemFailure("copy it to \(path)", target) }
    defer { _ = close(to) }
    _ = fchmod(to, facts.st_mode & 0o777)  // whatever the umask
    guard copyBytes(from, to) else {
        let reason = errno
        _ = unsafe unlink(path)
        errno = reason
        if reason == ENOSPC || reason == EDQUOT { throw .file(writingFailure(target)) }
        throw systemFailure("copy it to \(path)", target)
    }
}

/// Copies all bytes of an open file; false with `errno` where that fails.
private func copyBytes(_ from: CInt, _ to: CInt) -> Bool {
    while true {
        let count = hdf5_copy_within_system(from, to)
        if count == 0 { break }
        if count > 0 || errno == EINTR { continue }
        guard [EXDEV, EINVAL, ENOSYS, EOPNOTSUPP, EPERM].contains(errno) else { return false }
        break  // a file system that cannot; what is left goes through memory
    }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    while true {
        let count = unsafe read(from, &bytes, bytes.count)
        if count == 0 { return true }
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { return false }
        var written = 0
        while written < count {
            let more = unsafe bytes[written..<count].withUnsafeBytes {
                unsafe write(to, $0.baseAddress, $0.count)
            }
            if more < 0 && errno == EINTR { continue }
            guard more > 0 else { return false }
            written += more
        }
    }
}

/// Waits until a file is on the disk.
private func synchronize(_ path: String) throws(HDF5Error) {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw systemFailure("open it to write it to the disk", path) }
    defer { _ = close(descriptor) }
    guard fsync(descriptor) == 0 || cannotSynchronize(errno) else {
        throw systemFailure("write it to the disk", path)
    }
}
