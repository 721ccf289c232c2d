#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Writes a file under a temporary name beside it, syncs it and renames it: under the path are the old bytes or all the
/// new ones, never less. The temporary file is gone whatever happens. Links are followed; a device or a pipe gets the
/// bytes as they come.
///
/// - Parameters:
///   - path: Where the file is to be; what is there is replaced.
///   - failure: The caller's error for one of ours.
///   - body: Gets what writes bytes; they come in order.
public func writeWholeFile<Failure: Error>(
    to path: String, failure: @escaping (FileError) -> Failure,
    _ body: ((RawSpan) throws(Failure) -> Void) throws(Failure) -> Void
) throws(Failure) {
    func ours<Value>(_ work: () throws(FileError) -> Value) throws(Failure) -> Value {
        do throws(FileError) { return try work() } catch { throw failure(error) }
    }
    func fill(_ descriptor: Int32) throws(Failure) {
        try body { (bytes) throws(Failure) in
            try ours { () throws(FileError) in try writeAll(bytes, to: descriptor, path: path) }
        }
    }
    switch try ours({ () throws(FileError) in try OutputPlace(path) }) {
    case .stream(let end):
        let descriptor = unsafe open(end, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(writingFailure(path)) }
        defer { close(descriptor) }
        try fill(descriptor)
    case .file(let end):
        let temporary = "\(end).\(getpid())-\(UInt32.random(in: 0 ... .max)).part"
        let leftover = Leftovers.note(temporary)  // for a signal that ends the process
        defer { Leftovers.forget(leftover) }
        let descriptor = try ours { () throws(FileError) in try create(temporary, for: end, named: path) }
        defer { unsafe unlink(temporary) }  // nothing to remove once it was renamed
        do throws(Failure) {
            try fill(descriptor)
            guard fsync(descriptor) == 0 || cannotSynchronize(errno) else {
                throw failure(writingFailure(path))
            }
        } catch {
            close(descriptor)
            throw error
        }
        guard close(descriptor) == 0 else { throw failure(writingFailure(path)) }
        guard unsafe rename(temporary, end) == 0 else { throw failure(writingFailure(path)) }
        syncFolder(of: end)
    }
}

/// Writes bytes as a file, whole or not at all.
public func writeWholeFile(_ bytes: [UInt8], to path: String) throws(FileError) {
    try writeWholeFile(to: path, failure: { $0 }) { (write) throws(FileError) in
        unsafe try write(bytes.span.bytes)
    }
}

/// Makes the temporary file, with the rights of the one that it will replace.
private func create(_ temporary: String, for end: String, named path: String) throws(FileError) -> Int32 {
    var old = stat()
    let isThere = unsafe stat(end, &old) == 0
    if isThere, unsafe access(end, W_OK) != 0 { throw writingFailure(path) }
    let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw writingFailure(path) }
    if isThere { fchmod(descriptor, old.st_mode & 0o777) }
    return descriptor
}

/// Writes all bytes; the system may take them in several portions.
private func writeAll(_ bytes: RawSpan, to descriptor: Int32, path: String) throws(FileError) {
    var written = 0
    while written < bytes.byteCount {
        let count = unsafe bytes.extracting(droppingFirst: written).withUnsafeBytes { rest in
            unsafe write(descriptor, rest.baseAddress, rest.count)
        }
        if count < 0 && errno == EINTR { continue }
        guard count >= 0 else { throw writingFailure(path) }
        written += count
    }
}

/// Makes the renaming durable; some file systems cannot, and then the file is still whole.
public func syncFolder(of path: String) {
    let descriptor = unsafe open(folder(of: path), O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
}

/// Whether the error says that a file system has no way to wait for the disk, as some network and FUSE ones: what was
/// written is whole all the same.
public func cannotSynchronize(_ reason: CInt) -> Bool {
    [EINVAL, ENOTSUP, EOPNOTSUPP, ENOSYS, ENOTTY, EBADF].contains(reason)
}
