import Files
import Foundation
package import Records

/// Writes a value as JSON for people and programs, keys sorted: under the path there is the old file or all of the new.
package func writeJSON(_ value: some Encodable, to path: String) throws(RecordError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let data: Data
    do { data = try encoder.encode(value) } catch { throw .unencodable(reason: "\(error)") }
    do throws(FileError) { try writeWholeFile([UInt8](data) + [0x0A], to: path) } catch { throw .file(error) }
}

/// Reads what `writeJSON` wrote.
package func readJSON<Value: Decodable>(_: Value.Type, at path: String) throws(RecordError) -> Value {
    guard FileManager.default.fileExists(atPath: path) else { throw .missing(path: path) }
    let data: Data
    do { data = try readWholeFile(path, atMost: 256 << 20) } catch let error as TooManyBytes {
        throw .unreadable(path: path, reason: "\(error)")
    } catch { throw .unreadable(path: path, reason: "it cannot be opened; check its permissions") }
    do { return try decode(Value.self, from: data) } catch {
        throw .malformed(path: path, line: 1, reason: error.reason)
    }
}

/// A value from JSON.
func decode<Value: Decodable>(_: Value.Type, from data: Data) throws(DecodingError) -> Value {
    do { return try JSONDecoder().decode(Value.self, from: data) } catch let error as DecodingError {
        throw error
    } catch { throw .dataCorrupted(.init(codingPath: [], debugDescription: error.localizedDescription)) }
}

/// A file that is there, opened for adding to its end.
func appending(to path: String) throws(RecordError) -> FileHandle {
    do {
        let handle = try FileHandle(forWritingTo: URL(filePath: path))
        try handle.seekToEnd()
        return handle
    } catch { throw unwritable(path, error) }
}

/// Hands bytes to the system, which has them even if this process is killed.
func write(_ bytes: Data, to handle: FileHandle, at path: String) throws(RecordError) {
    do { try handle.write(contentsOf: bytes) } catch { throw unwritable(path, error) }
}

/// The error of an output that a failure of the system stopped.
func unwritable(_ path: String, _ error: any Error) -> RecordError {
    if let error = error as? FileError { return .file(error) }
    return isFull(error)
        ? .file(.full(path: path, free: freeBytes(at: path)))
        : .unwritable(path: path, reason: error.localizedDescription)
}
