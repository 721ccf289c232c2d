import Foundation

/// A folder for one test, gone when it goes.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ bytes: some Sequence<UInt8>, name: String = "data.jsonl") throws -> String {
        let file = "\(path)/\(name)"
        try Data(bytes).write(to: URL(filePath: file))
        return file
    }

    func file(_ text: String, name: String = "data.jsonl") throws -> String {
        try file(text.utf8, name: name)
    }
}
