import Foundation

/// A kind of file that is told by its first bytes, and that nobody wants replaced by another kind.
public enum FileKind: String, Sendable {
    /// Measurements, or states.
    case hdf5 = "an HDF5 file"
    /// An index of facts.
    case sqlite = "an SQLite file"
    /// A model.
    case gguf = "a GGUF file"

    /// The kind of a file; nil where there is none, or it is none of these.
    public init?(at path: String) {
        guard let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }
        let start = (try? file.read(upToCount: 16)) ?? Data()
        let signatures: [(FileKind, [UInt8])] = [
            (.hdf5, [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]),
            (.sqlite, Array("SQLite format 3\0".utf8)),
            (.gguf, Array("GGUF".utf8)),
        ]
        guard let found = signatures.first(where: { start.starts(with: $0.1) }) else { return nil }
        self = found.0
    }
}
