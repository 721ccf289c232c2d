import Files

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Writes a file whole or not at all, in portions.
func writeAtomically(
    to path: String,
    _ write: ((RawSpan) throws(ModelFileError) -> Void) throws(ModelFileError) -> Void
) throws(ModelFileError) {
    try writeWholeFile(to: path, failure: { ModelFileError($0) }, write)
}

/// Gives a finished file beside `path` that name, in place of what was there.
public func replaceFile(at path: String, by finished: String) throws(ModelFileError) {
    guard unsafe rename(finished, path) == 0 else {
        throw .unwritable(path: path, reason: unsafe String(cString: strerror(errno)))
    }
    syncFolder(of: path)
}

/// Writes a small file whole or not at all.
func writeAtomically(_ bytes: [UInt8], to path: String) throws(ModelFileError) {
    try writeAtomically(to: path) { (write) throws(ModelFileError) in unsafe try write(bytes.span.bytes) }
}
