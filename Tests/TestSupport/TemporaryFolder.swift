import Foundation

/// A folder that is removed when the value goes away.
public final class TemporaryFolder: Sendable {
    /// The folder.
    public let path: String

    /// Makes a folder of a fresh name.
    public init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "sft-probe-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of a file in the folder.
    public func file(_ name: String) -> String { path + "/" + name }

    /// The names of what the folder holds, sorted.
    public var contents: [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: path).sorted()) ?? []
    }
}
