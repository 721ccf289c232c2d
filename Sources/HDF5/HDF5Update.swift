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
    /// - Parameter seconds: how long to wait for another process that is updating the file.
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
            throw .missing(path: folder.path(percentEncoded: false))
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

private func copyFile(_ target: String, to path: String) throws(HDF5Error) {
    try requireSignature(target)
    _ = unsafe unlink(path)
    do {
        try FileManager.default.copyItem(atPath: target, toPath: path)
    } catch {
        _ = unsafe unlink(path)
        if isFull(error) { throw .file(.full(path: target, free: freeBytes(at: target))) }
        throw .failed(path: target, task: "copy it to \(path)", reason: error.localizedDescription)
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
