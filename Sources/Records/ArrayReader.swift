import Foundation

/// The elements of a file that is one JSON array of objects, read a piece at a time.
struct ArrayReader {
    private var input: ByteInput
    private let path: String
    private var count = 0
    private var isFinished = false

    /// Opens the file; nil if it holds something else than an array of objects.
    init?(path: String) throws(RecordError) {
        input = try ByteInput(path: path)
        self.path = path
        guard try input.nextVisible() == UInt8(ascii: "[") else { return nil }
        switch try input.nextVisible() {
        case UInt8(ascii: "{"): input.unread()
        case UInt8(ascii: "]"): isFinished = true
        default: return nil
        }
    }

    /// The next element, counted from 1.
    mutating func next() throws(RecordError) -> (number: Int, bytes: ArraySlice<UInt8>)? {
        if isFinished { return nil }
        count += 1
        var (element, depth, isInString, isEscaped) = ([UInt8](), 0, false, false)
        while let byte = try input.next() {
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
            } else {
                switch byte {
                case UInt8(ascii: "\""): isInString = true
                case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
                case UInt8(ascii: "}"), UInt8(ascii: "]"):
                    if depth == 0 {
                        isFinished = true
                        guard byte == UInt8(ascii: "]"), try input.nextVisible() == nil else {
                            throw failure("something follows the end of the JSON array")
                        }
                        return (count, element[...])
                    }
                    depth -= 1
                case UInt8(ascii: ",") where depth == 0: return (count, element[...])
                default: break
                }
            }
            element.append(byte)
            guard element.count <= LineReader.longest else { throw tooLong(path: path, line: count) }
        }
        throw failure("the file ends inside its JSON array; fetch it again")
    }

    private func failure(_ reason: String) -> RecordError {
        .malformed(path: path, line: count, reason: reason)
    }
}

/// The bytes of a file, one after the other.
private struct ByteInput {
    private let path: String
    private let handle: FileHandle
    private var piece: [UInt8] = []
    private var position = 0

    init(path: String) throws(RecordError) { (self.path, handle) = (path, try openToRead(path)) }

    mutating func next() throws(RecordError) -> UInt8? {
        if position == piece.count {
            do {
                piece = [UInt8](try handle.read(upToCount: 1 << 20) ?? Data())
            } catch {
                throw .unreadable(path: path, reason: "reading failed: \(error.localizedDescription)")
            }
            position = 0
            if piece.isEmpty { return nil }
        }
        defer { position += 1 }
        return piece[position]
    }

    /// The next byte that is neither white space nor of a byte order mark.
    mutating func nextVisible() throws(RecordError) -> UInt8? {
        while let byte = try next() {
            if ![0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF].contains(byte) { return byte }
        }
        return nil
    }

    /// Gives the byte that was read last once more.
    mutating func unread() { position -= 1 }
}
