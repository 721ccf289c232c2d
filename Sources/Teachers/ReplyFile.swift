import Files
import Foundation
import Records
import Synchronization

/// Replies of teachers by what was asked, in a file that only grows: a line for each, on the disk before it is used. So
/// nothing that was paid for is paid twice, and the file replays a run without its teacher.
public final class ReplyFile: Sendable {
    /// The file.
    public let path: String
    private let replies: Mutex<[Key: TeacherAnswer]>

    private struct Key: Hashable {
        let teacher: String
        let request: TeacherRequest
    }

    private struct Line: Codable {
        let teacher: String
        let request: TeacherRequest
        let reply: String
        var alternatives: [String: Double]?
    }

    /// Opens a file of replies; one that is not there is begun by the first reply. A last line that was cut off by a
    /// broken run is dropped.
    public init(path: String) throws(TeacherError) {
        self.path = path
        var known: [Key: TeacherAnswer] = [:]
        if FileManager.default.fileExists(atPath: path) {
            guard let data = FileManager.default.contents(atPath: path) else {
                throw .file(path: path, reason: "it cannot be read")
            }
            let whole = data.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
            for (place, line) in data.prefix(whole).split(separator: 0x0A).enumerated() {
                guard let line = try? JSONDecoder().decode(Line.self, from: line) else {
                    throw .malformed(path: path, line: place + 1)
                }
                known[Key(teacher: line.teacher, request: line.request)] = TeacherAnswer(
                    text: line.reply, alternatives: line.alternatives)
            }
            if whole < data.count { truncate(path, atOffset: UInt64(whole)) }
        }
        replies = Mutex(known)
    }

    /// The number of replies.
    public var count: Int { replies.withLock { $0.count } }

    /// The reply that is known.
    public func reply(of teacher: String, to request: TeacherRequest) -> TeacherAnswer? {
        replies.withLock { $0[Key(teacher: teacher, request: request)] }
    }

    /// The reply of whichever teacher is known.
    func anyReply(to request: TeacherRequest) -> TeacherAnswer? {
        replies.withLock { replies in
            replies.filter { $0.key.request == request }.min { $0.key.teacher < $1.key.teacher }
                .map(\.value)
        }
    }

    /// Adds a reply, and brings it to the disk.
    public func add(
        _ reply: TeacherAnswer, of teacher: String, to request: TeacherRequest
    ) throws(TeacherError) {
        let failure = replies.withLock { replies -> String? in
            do {
                let line = try jsonLine(
                    Line(
                        teacher: teacher, request: request, reply: reply.text,
                        alternatives: reply.alternatives))
                if !FileManager.default.fileExists(atPath: path) {
                    guard FileManager.default.createFile(atPath: path, contents: nil) else {
                        return "it cannot be created"
                    }
                }
                let handle = try FileHandle(forUpdating: URL(filePath: path))
                try handle.seekToEnd()
                try handle.write(contentsOf: Data((line + "\n").utf8))
                try handle.synchronize()
                try handle.close()
                replies[Key(teacher: teacher, request: request)] = reply
                return nil
            } catch {
                return isFull(error)
                    ? "no space is left on its disk (\(freeBytes(at: path)) bytes are free)"
                    : error.localizedDescription
            }
        }
        if let failure { throw .file(path: path, reason: failure) }
    }
}

private func truncate(_ path: String, atOffset offset: UInt64) {
    guard let handle = FileHandle(forUpdatingAtPath: path) else { return }
    try? handle.truncate(atOffset: offset)
    try? handle.close()
}
