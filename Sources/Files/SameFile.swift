import Foundation

/// A file or folder of a command, with the flag that names it.
public struct NamedPath: Sendable {
    /// As in `--output`.
    public let flag: String
    /// What the flag was given.
    public let path: String

    /// A path and its flag.
    public init(_ flag: String, _ path: String) { (self.flag, self.path) = (flag, path) }
}

/// Refuses outputs that are read, or that are one file: they would be lost. Links of both kinds are seen through. Of a folder
/// that is read each file counts, however deep; a new file may be written into it.
///
/// - Parameters:
///   - outputs: files that will be written; streams and pipes may be given twice.
///   - inputs: files and folders that are read.
public func requireApart(outputs: [NamedPath], inputs: [NamedPath]) throws(FileError) {
    var files: [(output: NamedPath, end: String, there: Identity?)] = []
    for output in outputs {
        guard case .file(let end) = try OutputPlace(output.path) else { continue }
        files.append((output, end, Identity(of: end)))
    }
    var taken: [Identity: String] = [:]
    if files.contains(where: { $0.there != nil }) {
        for input in inputs {
            for identity in identities(at: input.path) { taken[identity] = input.flag }
        }
    }
    for (output, end, there) in files {
        let identity = there ?? Identity(absent: end)
        let folder =
            there == nil
            ? nil : inputs.first { isInside(output.path, of: $0.path) || isInside(end, of: $0.path) }
        if let other = taken[identity] ?? folder?.flag {
            throw .same(output: output.flag, other: other, path: output.path)
        }
        taken[identity] = output.flag
    }
}

/// What tells a file from all others.
private enum Identity: Hashable {
    /// A file that is there: its device and its number on it, which hard links share.
    case there(device: UInt, number: UInt)
    /// A file that is not there yet: the number of its folder, and its name.
    case absent(device: UInt, folder: UInt, name: String)

    init?(of path: String) {
        guard let (device, number, isFile) = facts(of: path), isFile else { return nil }
        self = .there(device: device, number: number)
    }

    init(absent path: String) {
        let (device, number, _) = facts(of: Files.folder(of: path)) ?? (0, 0, false)
        let name = path.split(separator: "/").last.map(String.init) ?? path
        self = .absent(device: device, folder: number, name: name)
    }
}

private func facts(of path: String) -> (device: UInt, number: UInt, isFile: Bool)? {
    var facts = stat()
    guard unsafe stat(path, &facts) == 0 else { return nil }
    return (UInt(facts.st_dev), UInt(facts.st_ino), facts.st_mode & S_IFMT == S_IFREG)
}

/// A file, or what lies in a folder: under other names too, as links of both kinds make it.
private func identities(at path: String) -> [Identity] {
    guard kind(of: path) == S_IFDIR else { return [Identity(of: path)].compactMap(\.self) }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.compactMap { Identity(of: "\(path)/\($0)") }
}

/// Whether a file lies in a folder, however deep.
private func isInside(_ path: String, of parent: String) -> Bool {
    guard kind(of: parent) == S_IFDIR, let parent = realPath(parent), let place = realPath(folder(of: path))
    else { return false }
    return place == parent || place.hasPrefix(parent + "/")
}

/// The path without links; nil where there is nothing.
private func realPath(_ path: String) -> String? {
    guard let found = unsafe realpath(path, nil) else { return nil }
    defer { unsafe free(found) }
    return unsafe String(cString: found)
}
