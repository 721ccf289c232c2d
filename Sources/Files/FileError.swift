#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Why an output could not be written. What was there before is there still.
public enum FileError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The folder is missing, or the system does not let us.
    case unwritable(path: String, reason: String)
    /// The disk, or the share of it that this user may fill, is full.
    case full(path: String, free: Int)
    /// What is at the path is no plain file, so nothing may take its place.
    case notAFile(path: String, found: String)
    /// What is at the path is of a kind that the command does not write, and may be missed.
    case otherKind(path: String, found: String)
    /// The output is something that is read, or another output.
    case same(output: String, other: String, path: String)
    /// Another process writes the output.
    case busy(path: String, holder: String)

    /// One sentence: which file, what is wrong, what to do.
    public var description: String {
        switch self {
        case .unwritable(let path, let reason):
            "\(path) could not be written: \(reason); what was there before is kept."
        case .full(let path, let free):
            "\(path) could not be written: no space is left on its disk (\(free) bytes are free); what was there "
                + "before is kept: make room, or write elsewhere."
        case .notAFile(let path, let found):
            "\(path) is \(found), which nothing may replace; name a file."
        case .otherKind(let path, let found):
            "\(path) is \(found), which this command does not write: name another output, or remove it first."
        case .same(let output, let other, let path):
            "\(output) and \(other) are the same file, \(path), which would be lost; name another file."
        case .busy(let path, let holder):
            "\(path) is being written by \(holder); wait until it has ended, or write elsewhere."
        }
    }
}

/// The error of the system call that has just failed.
public func writingFailure(_ path: String) -> FileError {
    let code = errno
    guard code == ENOSPC || code == EDQUOT else {
        return .unwritable(path: path, reason: unsafe String(cString: strerror(code)))
    }
    return .full(path: path, free: freeBytes(at: path))
}

/// The bytes that are free on the disk of a path, or of its folder where it is not there yet.
public func freeBytes(at path: String) -> Int {
    var disk = statvfs()
    for place in [path, folder(of: path)] where unsafe statvfs(place, &disk) == 0 {
        return Int(clamping: disk.f_bavail) * Int(clamping: disk.f_frsize)
    }
    return 0
}

/// The folder of a path; `.` where it names none.
public func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
}
