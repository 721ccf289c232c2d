import Foundation
import Synchronization

/// A path under which a file can be read from its beginning any number of times.
///
/// What comes through a pipe, such as `<(…)` of a shell, can be read once only. It is put into a file without a name the
/// first time that its path is asked for, and the path of that file is given from then on.
public func reopenable(_ path: String) throws(RecordError) -> String {
    var status = stat()
    guard unsafe stat(path, &status) == 0, [S_IFIFO, S_IFSOCK].contains(status.st_mode & S_IFMT) else {
        return path
    }
    do {
        return try copies.withLock { copies in
            if let copy = copies[path] { return "/proc/self/fd/\(copy.fileDescriptor)" }
            let copy = try copyOfPipe(path)
            copies[path] = copy
            return "/proc/self/fd/\(copy.fileDescriptor)"
        }
    } catch let error as EndlessPipe {
        throw .unreadable(path: path, reason: "\(error)")
    } catch {
        throw .unreadable(path: path, reason: "the pipe could not be read: \(error.localizedDescription)")
    }
}

/// The most bytes that are taken of a pipe: what they are put into takes room on the disk.
private let mostOfPipe = 1 << 30

/// A pipe that gives more.
private struct EndlessPipe: Error, CustomStringConvertible {
    var description: String {
        "the pipe gave more than \(mostOfPipe) bytes; put so much into a file, and give that"
    }
}

/// What came through each pipe so far.
private let copies = Mutex<[String: FileHandle]>([:])

/// A file without a name that holds all that comes through a pipe.
private func copyOfPipe(_ path: String) throws -> FileHandle {
    let folder = FileManager.default.temporaryDirectory
    let place = folder.appending(path: "sft-probe-\(UUID().uuidString)")
    try Data().write(to: place)
    let copy = try FileHandle(forUpdating: place)
    try FileManager.default.removeItem(at: place)
    let pipe = try FileHandle(forReadingFrom: URL(filePath: path))
    var size = 0
    while let piece = try pipe.read(upToCount: 1 << 20), !piece.isEmpty {
        size += piece.count
        if size > mostOfPipe { throw EndlessPipe() }
        try copy.write(contentsOf: piece)
    }
    return copy
}
