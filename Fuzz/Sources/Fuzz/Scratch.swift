import Foundation

/// A folder in memory for the files of one process.
struct Scratch {
    let path: String

    init() {
        path = "/dev/shm/sft-probe-fuzz-\(ProcessInfo.processInfo.processIdentifier)"
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    /// Writes a file and gives its path.
    func file(_ name: String, _ bytes: Data) -> String {
        let path = "\(path)/\(name)"
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        precondition(descriptor >= 0, "\(path) cannot be written")
        _ = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        close(descriptor)
        return path
    }

    /// A folder with the files of one in the repository.
    func copy(of folder: String, as name: String) -> String {
        let target = "\(path)/\(name)"
        try? FileManager.default.copyItem(atPath: repository(folder), toPath: target)
        return target
    }
}

/// A path in the repository.
func repository(_ path: String) -> String {
    URL(filePath: #filePath).appending(path: "../../../../\(path)").standardized.path
}
