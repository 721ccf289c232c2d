import Foundation

/// The lines of a file, read a piece at a time.
public struct LineReader {
    private let path: String
    private let handle: FileHandle
    private var buffer: [UInt8] = []
    private var start = 0  // of the next line
    private var searched = 0  // no line break before this
    private var line = 0
    private var atEnd = false

    private static let piece = 1 << 20

    /// The most bytes of a line, or of an element of an array: a record takes some twenty times its text while it is read.
    static let longest = 32 << 20

    /// Opens a file; a pipe is read once, and can be opened again nevertheless.
    public init(path: String) throws(RecordError) {
        self.path = path
        handle = try openToRead(path)
    }

    /// The next line that is not blank, without its break and counted from 1.
    public mutating func next() throws(RecordError) -> (number: Int, bytes: ArraySlice<UInt8>)? {
        while let bytes = try nextOfAny() {
            line += 1
            var content = bytes
            if line == 1, content.starts(with: [0xEF, 0xBB, 0xBF]) { content = content.dropFirst(3) }
            if content.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) { return (line, content) }
        }
        return nil
    }

    private mutating func nextOfAny() throws(RecordError) -> ArraySlice<UInt8>? {
        while true {
            if let end = buffer[searched...].firstIndex(of: 0x0A) {
                defer { (start, searched) = (end + 1, end + 1) }
                return buffer[start..<end]
            }
            searched = buffer.count
            guard searched - start <= Self.longest else { throw tooLong(path: path, line: line + 1) }
            if atEnd {
                defer { start = searched }
                return start < buffer.count ? buffer[start...] : nil
            }
            try readOn()
        }
    }

    private mutating func readOn() throws(RecordError) {
        buffer.removeFirst(start)
        (searched, start) = (searched - start, 0)
        do {
            let piece = try handle.read(upToCount: Self.piece) ?? Data()
            atEnd = piece.isEmpty
            buffer.append(contentsOf: piece)
        } catch {
            throw .unreadable(
                path: path, reason: "reading failed after line \(line): \(error.localizedDescription)")
        }
    }
}

/// A line, or an element of an array, that is longer than any record.
func tooLong(path: String, line: Int) -> RecordError {
    .malformed(
        path: path, line: line,
        reason: "it is longer than \(LineReader.longest >> 20) MB; cut its text into several records")
}

/// Opens a file for reading.
func openToRead(_ path: String) throws(RecordError) -> FileHandle {
    guard FileManager.default.fileExists(atPath: path) else { throw .missing(path: path) }
    if isFolder(path) {
        throw .unreadable(path: path, reason: "it is a folder; give a file of JSON lines")
    }
    guard let handle = FileHandle(forReadingAtPath: try reopenable(path)) else {
        throw .unreadable(path: path, reason: "it cannot be opened; check its permissions")
    }
    return handle
}

/// All bytes of a file.
func wholeFile(at path: String) throws(RecordError) -> [UInt8] {
    do {
        return [UInt8](try openToRead(path).readToEnd() ?? Data())
    } catch let error as RecordError { throw error } catch {
        throw .unreadable(path: path, reason: error.localizedDescription)
    }
}

func isFolder(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path + "/.") }
