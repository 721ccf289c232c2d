import Files
import Foundation

/// A folder in which a model is put together, locked against other processes; one renaming makes it a model.
struct Staging: ~Copyable {
    let path: String
    private let lock: FileHandle

    init(_ name: String, in cache: ModelCache) throws(HubError) {
        let path = cache.stagingPath(of: name)
        let lock = try openLock(for: path)
        switch tryLock(lock.fileDescriptor) {
        case .taken, .noLocks: break  // a file system without locks is no reason not to fetch a model
        case .held: throw .busy(name: name)
        case .failed(let code):
            throw .unwritable(
                path: "\(path).lock", reason: "it cannot be locked: \(unsafe String(cString: strerror(code)))"
            )
        }
        (self.path, self.lock) = (path, lock)
    }

    deinit { try? lock.close() }

    /// Makes the folder the model at `destination`; an older one there goes away only once the new one is whole.
    func publish(to destination: String) throws(HubError) {
        let files = FileManager.default
        do {
            try? FileHandle(forReadingAtPath: path)?.synchronize()
            if files.fileExists(atPath: destination) {
                let old = "\(path).old"
                try? files.removeItem(atPath: old)
                try files.moveItem(atPath: destination, toPath: old)
                try files.moveItem(atPath: path, toPath: destination)
                try files.removeItem(atPath: old)
            } else {
                try files.moveItem(atPath: path, toPath: destination)
            }
        } catch {
            throw .unwritable(path: destination, reason: reason(error))
        }
    }

    /// Throws away what is in the folder.
    func discard() { try? FileManager.default.removeItem(atPath: path) }
}

/// Makes the folder, and opens the file beside it that processes lock.
private func openLock(for folder: String) throws(HubError) -> FileHandle {
    let path = "\(folder).lock"
    do {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        if !FileManager.default.fileExists(atPath: path) { try Data().write(to: URL(filePath: path)) }
        return try FileHandle(forUpdating: URL(filePath: path))
    } catch {
        throw .unwritable(path: folder, reason: reason(error))
    }
}
