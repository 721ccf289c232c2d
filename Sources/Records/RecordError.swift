public import Files

/// Why records could not be read or written.
public enum RecordError: Error, Equatable, Sendable, CustomStringConvertible {
    /// There is no such file.
    case missing(path: String)

    /// The file is there and cannot be read: a folder, no permission, a failing disk.
    case unreadable(path: String, reason: String)

    /// A line is not a record of the kind that was expected. Lines count from 1.
    case malformed(path: String, line: Int, reason: String)

    /// A field of a record would change what is learned in a way that is not supported; without it the record is in order.
    case notUnderstood(path: String, line: Int, field: String, reason: String)

    /// A file that is one object is not what was expected.
    case invalid(path: String, reason: String)

    /// The output could not be written; the file that was there before is unchanged.
    case unwritable(path: String, reason: String)

    /// The output cannot be written, for what its path is or for want of room.
    case file(FileError)

    /// A record cannot be written as JSON.
    case unencodable(reason: String)

    /// One sentence: which file and line, what was expected, what was found, what to do.
    public var description: String {
        switch self {
        case .missing(let path): "\(path): there is no such file; check the path."
        case .unreadable(let path, let reason): "\(path): cannot be read: \(reason)."
        case .malformed(let path, let line, let reason): "\(path), line \(line): \(reason)."
        case .notUnderstood(let path, let line, _, let reason): "\(path), line \(line): \(reason)."
        case .invalid(let path, let reason): "\(path): \(reason)."
        case .unwritable(let path, let reason): "\(path): cannot be written: \(reason)."
        case .file(let error): error.description
        case .unencodable(let reason): "A record cannot be written as JSON: \(reason)."
        }
    }
}
