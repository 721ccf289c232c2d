#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Writes a file under a temporary name beside `path`, syncs it and renames it: `path` has the old bytes or all the
/// new ones, never less. The temporary file is gone whatever happens.
func writeAtomically(
    to path: String,
    _ write: ((RawSpan) throws(ModelFileError) -> Void) throws(ModelFileError) -> Void
) throws(ModelFileError) {
    let temporary = "\(path).\(getpid())-\(UInt32.random(in: 0 ... .max)).part"
    let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure(path) }
    defer { unsafe unlink(temporary) }  // nothing to remove once it was renamed
    do throws(ModelFileError) {
        try write { (bytes) throws(ModelFileError) in try writeAll(bytes, to: descriptor, path: path) }
        guard fsync(descriptor) == 0 || cannotSynchronize(errno) else { throw failure(path) }
    } catch {
        close(descriptor)
        throw error
    }
    guard close(descriptor) == 0 else { throw failure(path) }
    try replaceFile(at: path, by: temporary)
}

/// Gives a finished file beside `path` that name, in place of what was there.
public func replaceFile(at path: String, by finished: String) throws(ModelFileError) {
    guard unsafe rename(finished, path) == 0 else { throw failure(path) }
    syncFolder(of: path)
}

/// Writes a small file whole or not at all.
func writeAtomically(_ bytes: [UInt8], to path: String) throws(ModelFileError) {
    try writeAtomically(to: path) { (write) throws(ModelFileError) in unsafe try write(bytes.span.bytes) }
}

/// Writes all bytes; the system may take them in several portions.
private func writeAll(_ bytes: RawSpan, to descriptor: Int32, path: String) throws(ModelFileError) {
    var written = 0
    while written < bytes.byteCount {
        let count = unsafe bytes.extracting(droppingFirst: written).withUnsafeBytes { rest in
            unsafe write(descriptor, rest.baseAddress, rest.count)
        }
        if count < 0 && errno == EINTR { continue }
        guard count >= 0 else { throw failure(path) }
        written += count
    }
}

/// Makes the renaming durable; some file systems cannot, and then the file is still whole.
func syncFolder(of path: String) {
    let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let descriptor = unsafe open(folder, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
}

/// Whether the error says that a file system has no way to wait for the disk, as some network and FUSE ones: what was
/// written is whole all the same.
private func cannotSynchronize(_ reason: CInt) -> Bool {
    [EINVAL, ENOTSUP, EOPNOTSUPP, ENOSYS, ENOTTY, EBADF].contains(reason)
}

private func failure(_ path: String) -> ModelFileError {
    .unwritable(path: path, reason: unsafe String(cString: strerror(errno)))
}
