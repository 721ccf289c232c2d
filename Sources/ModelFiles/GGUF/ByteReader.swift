import Kernels

/// Reads a file's header front to back; whatever would lie beyond the end is an error, never a trap.
struct ByteReader {
    let file: MappedFile
    private(set) var offset = 0

    init(_ file: MappedFile) { self.file = file }

    var remaining: Int { file.count - offset }

    /// The next little-endian integer.
    mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: Value.Type, _ place: @autoclosure () -> String
    ) throws(ModelFileError) -> Value {
        let size = MemoryLayout<Value>.size
        guard remaining >= size else {
            throw malformed(place(), expected: "\(size) bytes at \(offset)", found: "the end of the file")
        }
        defer { offset += size }
        return file.integer(type, at: offset)
    }

    /// The next 64-bit count of things that take at least `size` bytes each, all of which must still be in the file.
    mutating func count(of size: Int, _ place: @autoclosure () -> String) throws(ModelFileError) -> Int {
        let count = try integer(UInt64.self, place())
        guard count <= UInt64(remaining / size) else {
            throw malformed(
                place(), expected: "at most \(remaining / size) in what is left", found: "\(count)")
        }
        return Int(count)
    }

    /// The next text: its length in bytes, then UTF-8.
    mutating func text(limit: Int = .max, _ place: @autoclosure () -> String) throws(ModelFileError) -> String
    {
        let length = try count(of: 1, place())
        guard length <= limit else {
            throw malformed(place(), expected: "at most \(limit) bytes of text", found: "\(length)")
        }
        defer { offset += length }
        guard let text = file.string(in: offset..<offset + length) else {
            throw malformed(place(), expected: "UTF-8 text at byte \(offset)", found: "other bytes")
        }
        return text
    }

    /// Passes over bytes that are known to be there.
    mutating func skip(_ count: Int) {
        precondition(count >= 0 && count <= remaining, "\(count) of \(remaining) bytes")
        offset += count
    }

    /// A second reader, further back or forth.
    func moved(to offset: Int) -> ByteReader {
        var copy = self
        copy.offset = offset
        return copy
    }

    func malformed(_ place: String, expected: String, found: String) -> ModelFileError {
        .malformed(path: file.path, place: place, expected: expected, found: found)
    }
}
