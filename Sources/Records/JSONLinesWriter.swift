import Files
import Foundation

/// Writes records as lines of JSON: under the path there is nothing new before `finish`, and then all of it.
///
/// The lines are kept in memory. `finish` writes them to a temporary file, syncs it and renames it, so whatever
/// ends the process leaves either the file that was there or the whole new one.
public final class JSONLinesWriter {
    private let path: String
    private var lines: [UInt8] = []
    private var finished = false

    /// Begins a file that will stand at `path`.
    ///
    /// - Throws: `unwritable` if it is plain already that it could not be written in the end.
    public init(path: String) throws(RecordError) {
        self.path = path
        if isFolder(path) { throw .unwritable(path: path, reason: "it is a folder") }
        let place: OutputPlace
        do throws(FileError) { place = try OutputPlace(path) } catch { throw .file(error) }
        if case .file(let end) = place {
            let parent = folder(of: end)
            guard isFolder(parent), FileManager.default.isWritableFile(atPath: parent) else {
                throw .unwritable(path: path, reason: "its folder is missing or cannot be written to")
            }
        }
    }

    /// Adds a line.
    ///
    /// - Throws: `unencodable` if a number is not finite.
    public func write(_ record: some Encodable) throws(RecordError) {
        precondition(!finished, "\(path) is finished and takes no more lines")
        lines += try jsonLine(record).utf8
        lines.append(0x0A)
    }

    /// Puts the file under its path.
    public func finish() throws(RecordError) {
        precondition(!finished, "\(path) is finished already")
        do throws(FileError) { try writeWholeFile(lines, to: path) } catch { throw .file(error) }
        finished = true
    }
}
