import Foundation
import Synchronization

/// A file on its way: the bytes so far in `<path>.part`, and the server's name for the whole in `<path>.part.etag`.
///
/// The tag is what makes carrying on safe: the server sends the rest only if the whole is still the same.
final class PartFile: Sendable {
    private struct Open {
        var handle: FileHandle?
        var count = 0
    }

    private let path: String
    private let open = Mutex(Open())

    init(for path: String) { self.path = path }

    private var part: String { "\(path).part" }
    private var tagFile: String { "\(path).part.etag" }

    /// The number of bytes that are here and the tag they belong to, if carrying on is possible.
    var resumable: (count: Int, tag: String)? {
        guard let tag = try? String(contentsOfFile: tagFile, encoding: .utf8), !tag.isEmpty,
            let size = try? FileManager.default.attributesOfItem(atPath: part)[.size] as? Int, size > 0
        else { return nil }
        return (size, tag)
    }

    /// The number of bytes written so far.
    var count: Int { open.withLock { $0.count } }

    /// Starts to write, after the bytes that are here or from the first.
    func begin(continuing: Bool, tag: String?) throws(HubError) {
        do {
            if !continuing {
                discard()
                try Data().write(to: URL(filePath: part))
                // A weak tag names several versions of a file; such a file starts over when it breaks off.
                if let tag, !tag.hasPrefix("W/") { try Data(tag.utf8).write(to: URL(filePath: tagFile)) }
            }
            let handle = try FileHandle(forUpdating: URL(filePath: part))
            let count = Int(try handle.seekToEnd())
            open.withLock { $0 = Open(handle: handle, count: count) }
        } catch {
            throw .unwritable(path: part, reason: reason(error))
        }
    }

    func append(_ data: Data) throws(HubError) {
        let failure: HubError? = open.withLock { open in
            do {
                try open.handle?.write(contentsOf: data)
                open.count += data.count
                return nil
            } catch {
                return .unwritable(path: part, reason: reason(error))
            }
        }
        if let failure { throw failure }
    }

    /// Closes the file; with `sync` its bytes are on the disk afterwards.
    func close(sync: Bool) throws(HubError) {
        let failure: HubError? = open.withLock { open in
            defer { open.handle = nil }
            do {
                if sync { try open.handle?.synchronize() }
                try open.handle?.close()
                return nil
            } catch {
                return .unwritable(path: part, reason: reason(error))
            }
        }
        if let failure { throw failure }
    }

    func discard() {
        for file in [part, tagFile] { try? FileManager.default.removeItem(atPath: file) }
    }

    /// Checks the whole and gives it its name; bytes that are not as announced are removed.
    func finish(size: Int?, sha256 expected: String?) throws(HubError) {
        let found = (try? FileManager.default.attributesOfItem(atPath: part)[.size] as? Int) ?? 0
        if let size, found != size {
            discard()
            throw .damaged(file: path, expected: "\(size) bytes", found: "\(found)")
        }
        if let expected {
            let found = try sha256(ofFile: part)
            guard found == expected else {
                discard()
                throw .damaged(file: path, expected: "SHA-256 \(expected)", found: found)
            }
        }
        do {
            try FileManager.default.moveItem(atPath: part, toPath: path)
        } catch {
            throw .unwritable(path: path, reason: reason(error))
        }
        try? FileManager.default.removeItem(atPath: tagFile)
    }
}
