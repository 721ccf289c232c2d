import Foundation

/// Where the bytes for a path go.
public enum OutputPlace: Equatable, Sendable {
    /// Into a file of this path, which is replaced as a whole. No link is left in it.
    case file(String)
    /// Into what is there: a device, a pipe, or a stream of this process such as /dev/stdout.
    case stream(String)

    /// Follows the links of a path, as `cp` does: what they lead to is written, and the links stay.
    ///
    /// - Throws: where the path is a folder, a socket or a circle of links.
    public init(_ path: String) throws(FileError) {
        let end = try endOfLinks(path)
        guard !isStream(end) else {
            self = .stream(path)
            return
        }
        switch kind(of: end) {
        case nil, S_IFREG: self = .file(end)
        case S_IFCHR, S_IFIFO: self = .stream(end)
        case let kind?: throw .notAFile(path: path, found: name(kind))
        }
    }

    /// The place of an output that a library writes in its own way: it must be a file.
    public init(fileAt path: String) throws(FileError) {
        self = try OutputPlace(path)
        if case .stream(let end) = self {
            throw .notAFile(path: path, found: kind(of: end).map(name) ?? "a stream")
        }
    }
}

/// The path behind a chain of links, of which the last may lead to what is not there.
public func endOfLinks(_ path: String) throws(FileError) -> String {
    var path = path
    for _ in 0..<40 {
        guard !isStream(path), let next = try? FileManager.default.destinationOfSymbolicLink(atPath: path)
        else { return path }
        path = next.hasPrefix("/") ? next : "\(folder(of: path))/\(next)"
    }
    throw .notAFile(path: path, found: "a circle of links")
}

/// Whether a path is one of the names of this process's streams, whose links lead to no path.
private func isStream(_ path: String) -> Bool { path.hasPrefix("/proc/") || path.hasPrefix("/dev/fd/") }

/// The kind of a file, of the `S_IF…`; nil where there is none.
func kind(of path: String) -> mode_t? {
    var facts = stat()
    return unsafe stat(path, &facts) == 0 ? facts.st_mode & S_IFMT : nil
}

private func name(_ kind: mode_t) -> String {
    switch kind {
    case S_IFDIR: "a folder"
    case S_IFCHR, S_IFBLK: "a device"
    case S_IFIFO: "a pipe"
    case S_IFSOCK: "a socket"
    default: "no plain file"
    }
}
