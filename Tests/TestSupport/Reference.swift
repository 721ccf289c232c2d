import Foundation

/// The values that a reference implementation wrote to a safetensors file.
public struct Reference: Sendable {
    private let bytes: [UInt8]
    private let header: [String: Entry]

    private struct Entry: Decodable {
        let dtype: String
        let shape: [Int]
        let data_offsets: [Int]
    }

    /// Opens the reference at a path from the root of the repository.
    public init(_ path: String) throws {
        bytes = [UInt8](try Data(contentsOf: URL(filePath: repositoryPath(path))))
        let length = Int(Self.number(bytes, at: 0, size: 8))
        let data = Data(bytes[8..<8 + length])
        start = 8 + length
        header = try JSONDecoder().decode([String: Entry].self, from: data)
    }

    private let start: Int

    private static func number(_ bytes: [UInt8], at offset: Int, size: Int) -> UInt64 {
        (0..<size).reduce(0) { $0 | UInt64(bytes[offset + $1]) << (8 * UInt64($1)) }
    }

    /// A value that the reference does not have.
    struct Missing: Error, CustomStringConvertible { let description: String }

    private func words(_ name: String, _ dtype: String) throws -> [UInt32] {
        guard let entry = header[name], entry.dtype == dtype else {
            throw Missing(
                description: "no \(dtype) \(name) in the reference; there are \(header.keys.sorted())")
        }
        return stride(from: start + entry.data_offsets[0], to: start + entry.data_offsets[1], by: 4).map {
            UInt32(Self.number(bytes, at: $0, size: 4))
        }
    }

    /// The numbers under a name, f32.
    public func floats(_ name: String) throws -> [Float] {
        try words(name, "F32").map(Float.init(bitPattern:))
    }
    /// The numbers under a name, i32.
    public func ints(_ name: String) throws -> [Int32] {
        try words(name, "I32").map { Int32(bitPattern: $0) }
    }
    /// The names that begin so.
    public func names(beginning prefix: String) -> [String] {
        header.keys.filter { $0.hasPrefix(prefix) }.sorted()
    }
}

/// The largest difference of two lists, over the largest size in the second.
public func relativeDistance(_ a: [Float], _ b: [Float]) -> Float {
    let (difference, scale) = distance(a, b)
    return difference / scale
}

/// The largest difference of two lists, and the largest size in the second.
public func distance(
    _ a: some Collection<Float>, _ b: some Collection<Float>
) -> (difference: Float, scale: Float) {
    precondition(a.count == b.count, "\(a.count) and \(b.count) numbers")
    return (zip(a, b).map { abs($0 - $1) }.max() ?? 0, b.map { abs($0) }.max() ?? 0)
}
