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

/// Refuses outputs that are read, or that are one file: they would be lost. Links of both kinds are seen through, and
/// of a folder that is read each file counts.
///
/// - Parameters:
///   - outputs: files that will be written; streams and pipes may be given twice.
///   - inputs: files and folders that are read.
public func requireApart(outputs: [NamedPath], inputs: [NamedPath]) throws(FileError) {
    var taken: [Identity: String] = [:]
    for input in inputs {
        for file in files(at: input.path) {
            if let identity = Identity(of: file) { taken[identity] = input.flag }
        }
    }
    for output in outputs {
        guard case .file(let end) = try OutputPlace(output.path) else { continue }
        let identity = Identity(of: end) ?? Identity(absent: end)
        if let other = taken[identity] {
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

/// A path, or the files of a folder and of the folders in it.
private func files(at path: String) -> [String] {
    guard kind(of: path) == S_IFDIR else { return [path] }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.prefix(10_000).map { "\(path)/\($0)" }
}
