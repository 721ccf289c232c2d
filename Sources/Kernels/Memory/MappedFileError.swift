/// Why a file could not be mapped into memory.
public enum MappedFileError: Error, Equatable, CustomStringConvertible {
    /// No file has this path.
    case missing(path: String)
    /// The path leads to a folder, a device or something else without bytes of a fixed number.
    case notAFile(path: String)
    /// The system refused, for the reason it gives.
    case unreadable(path: String, reason: String)

    /// One sentence for the user.
    public var description: String {
        switch self {
        case .missing(let path): "\(path) does not exist; check the path."
        case .notAFile(let path): "\(path) is not a regular file; name a file."
        case .unreadable(let path, let reason): "\(path) could not be read: \(reason)."
        }
    }
}
