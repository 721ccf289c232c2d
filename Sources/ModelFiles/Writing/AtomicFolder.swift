import Files
import Foundation

/// Fills a folder under a temporary name beside `path`, and renames it when it is whole: what is at `path` is all or
/// nothing. A folder that is there must be empty.
///
/// - Parameters:
///   - path: The folder; it is not there yet, or is empty. Links are followed.
///   - fill: Is given the temporary folder. What it leaves when it throws is removed.
public func writeFolderAtomically(
    to path: String, _ fill: (_ folder: String) throws(ModelFileError) -> Void
) throws(ModelFileError) {
    let manager = FileManager.default
    try requireRoomForFolder(at: path)
    let named = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    let target: String
    do throws(FileError) { target = try endOfLinks(named) } catch { throw ModelFileError(error) }
    let temporary = "\(target).\(getpid())-\(UInt32.random(in: 0 ... .max)).part"
    guard unsafe mkdir(temporary, 0o755) == 0 else { throw failure(path) }
    defer { try? manager.removeItem(atPath: temporary) }  // nothing to remove once it was renamed
    try fill(temporary)
    guard unsafe rename(temporary, target) == 0 else { throw failure(path) }
    syncFolder(of: target)
}

/// Throws where a folder cannot be made: something is there already, and is not an empty folder.
public func requireRoomForFolder(at path: String) throws(ModelFileError) {
    var isFolder: ObjCBool = false
    guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return }
    guard isFolder.boolValue, let names = try? FileManager.default.contentsOfDirectory(atPath: path),
        names.isEmpty
    else {
        throw .unwritable(path: path, reason: "it is there already; name another folder, or remove it")
    }
}

private func failure(_ path: String) -> ModelFileError {
    ModelFileError(writingFailure(path))
}
