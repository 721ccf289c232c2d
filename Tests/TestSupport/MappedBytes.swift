import Foundation
public import Kernels

/// A file that lives as long as the test needs it; the mapping outlives the name.
public func mapped(_ bytes: some Sequence<UInt8>) throws -> MappedFile {
    let path = NSTemporaryDirectory() + UUID().uuidString
    try Data(bytes).write(to: URL(filePath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try MappedFile(path: path)
}
