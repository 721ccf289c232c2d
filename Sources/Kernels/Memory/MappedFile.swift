#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A regular file, mapped read-only into memory until the last reference goes away.
///
/// Its bytes are read from disk when they are first touched. Another program that shortens the file meanwhile
/// ends this process with SIGBUS: replace model files by renaming, never by overwriting.
@safe public final class MappedFile: Sendable {
    /// The path that was opened.
    public let path: String
    /// The size of the file, bytes.
    public let count: Int
    private nonisolated(unsafe) let start: UnsafeRawPointer?  // nil for an empty file, which cannot be mapped

    /// Maps the file at `path`.
    public init(path: String) throws(MappedFileError) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            if [ENOENT, ENOTDIR].contains(errno) { throw .missing(path: path) }
            throw .unreadable(path: path, reason: systemReason())
        }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else {
            throw .unreadable(path: path, reason: systemReason())
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile(path: path) }
        self.path = path
        count = Int(status.st_size)
        guard count > 0 else {
            unsafe start = nil
            return
        }
        let address = unsafe mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0)
        guard let address = unsafe address, unsafe address != MAP_FAILED else {
            throw .unreadable(path: path, reason: systemReason())
        }
        unsafe start = UnsafeRawPointer(address)
    }

    deinit {
        if let start = unsafe start { unsafe munmap(UnsafeMutableRawPointer(mutating: start), count) }
    }

    /// Hands out the bytes for as long as `body` runs.
    package func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        defer { withExtendedLifetime(self) {} }
        return unsafe try body(UnsafeRawBufferPointer(start: start, count: count))
    }

    /// The little-endian integer at a byte offset, aligned or not.
    package func integer<Value: FixedWidthInteger & BitwiseCopyable>(_: Value.Type, at offset: Int) -> Value {
        precondition(
            offset >= 0 && offset <= count - MemoryLayout<Value>.size,
            "\(MemoryLayout<Value>.size) bytes at \(offset) of \(path), which has \(count)")
        return unsafe Value(
            littleEndian: withBytes { unsafe $0.loadUnaligned(fromByteOffset: offset, as: Value.self) })
    }

    /// The text in a range of bytes, or nil if they are not UTF-8.
    package func string(in range: Range<Int>) -> String? {
        precondition(
            range.lowerBound >= 0 && range.upperBound <= count, "\(range) of \(path), \(count) bytes")
        return unsafe withBytes { unsafe String(validating: $0[range], as: UTF8.self) }
    }

    /// A copy of a range of bytes.
    package func bytes(in range: Range<Int>) -> [UInt8] {
        precondition(
            range.lowerBound >= 0 && range.upperBound <= count, "\(range) of \(path), \(count) bytes")
        return unsafe withBytes { unsafe [UInt8]($0[range]) }
    }
}

/// What the system says about the call that just failed.
private func systemReason() -> String {
    unsafe String(cString: strerror(errno))
}
