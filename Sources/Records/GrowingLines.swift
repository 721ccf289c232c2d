import Files
import Foundation
import JSON

/// A file of JSON lines that grows line by line, so that a run that was broken goes on where it stopped.
///
/// Its first line says how the others were made. A line is on the disk before the next one is computed; the last one,
/// cut off by a broken run, is dropped.
public final class GrowingLines {
    private let path: String
    private let handle: FileHandle
    /// The whole lines that were there, without the first.
    public let kept: [[UInt8]]

    /// Opens a file, or begins it.
    ///
    /// - Parameters:
    ///   - path: The file; it is made where there is none, and a last line that is not whole is cut off.
    ///   - header: The first line: what a line depends on.
    /// - Throws: `malformed` where the file was begun with another first line.
    public init<Header: Codable>(path: String, header: Header) throws(RecordError) {
        self.path = path
        let first = try jsonLine(header)
        let manager = FileManager.default
        if !manager.fileExists(atPath: path), !manager.createFile(atPath: path, contents: nil) {
            throw .file(writingFailure(path))
        }
        guard let handle = FileHandle(forUpdatingAtPath: path), let bytes = try? handle.readToEnd() ?? Data()
        else { throw .unreadable(path: path, reason: "it cannot be opened for reading and writing") }
        self.handle = handle
        let whole = bytes.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        let lines = bytes[..<whole].split(separator: 0x0A).map { Array($0) }
        kept = Array(lines.dropFirst())
        if let old = lines.first {
            guard old == Array(first.utf8) else {
                throw .malformed(path: path, line: 1, reason: difference(of: old, from: first))
            }
        } else if whole < bytes.count, !bytes.starts(with: first.utf8.prefix(bytes.count)) {
            throw .malformed(
                path: path, line: 1, reason: "it was not begun by this command; name another output")
        }
        do {
            try handle.truncate(atOffset: UInt64(whole))
            try handle.seekToEnd()
        } catch { throw failure(error, path) }
        if lines.isEmpty { try write(first) }
    }

    /// Adds a line, and brings it to the disk.
    public func add(_ record: some Encodable) throws(RecordError) { try write(try jsonLine(record)) }

    private func write(_ line: String) throws(RecordError) {
        do {
            try handle.write(contentsOf: Data((line + "\n").utf8))
            try handle.synchronize()
        } catch { throw failure(error, path) }
    }
}

private func failure(_ error: any Error, _ path: String) -> RecordError {
    isFull(error)
        ? .file(.full(path: path, free: freeBytes(at: path)))
        : .unwritable(path: path, reason: error.localizedDescription)
}

/// What a first line has that the wanted one has not, for people.
private func difference(of old: [UInt8], from new: String) -> String {
    func members(_ line: [UInt8]) -> [String: String] {
        guard let members = try? JSONValue(parsing: line[...]).members else { return [:] }
        return Dictionary(members.map { ($0.key, $0.value.string ?? $0.value.json()) }) { $1 }
    }
    let (was, now) = (members(old), members(Array(new.utf8)))
    let keys = Set(was.keys).union(now.keys).filter { was[$0] != now[$0] }.sorted()
    guard !was.isEmpty, let key = keys.first else {
        return "it was not begun by this command; name another output"
    }
    return "the file was made with \(key) \(was[key] ?? "(none)"), and now it is \(now[key] ?? "(none)")"
        + (keys.count > 1 ? " (\(keys.dropFirst().joined(separator: ", ")) differ, too)" : "")
        + "; give the same settings, or another output"
}
