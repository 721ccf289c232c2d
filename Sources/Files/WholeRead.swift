public import Foundation

/// A file that has more bytes than one of its kind ever has, or no end, as a device or a pipe may have none.
public struct TooManyBytes: Error, Equatable, CustomStringConvertible {
    /// The most bytes that it may have.
    public let bound: Int
    /// What is wrong, as a clause.
    public var description: String { "it has more than \(bound) bytes, which no such file has" }
}

/// All bytes of a file that is small, such as a configuration.
///
/// - Parameters:
///   - path: The file; a pipe will do.
///   - bound: The most bytes that are read.
/// - Throws: ``TooManyBytes``, or what the system says.
public func readWholeFile(_ path: String, atMost bound: Int) throws -> Data {
    let file = try FileHandle(forReadingFrom: URL(filePath: path))
    defer { try? file.close() }
    var bytes = Data()
    while let piece = try file.read(upToCount: 1 << 20), !piece.isEmpty {
        bytes += piece
        if bytes.count > bound { throw TooManyBytes(bound: bound) }
    }
    return bytes
}
