import Foundation
import Records
import Teachers
import TestSupport
import Testing

/// Replies on a disk.
@Suite struct ReplyFileTests {
    /// A teacher that answers from a list, and says what it was asked.
    struct Scripted: Teacher {
        let name = "scripted"
        let answer: @Sendable (String) -> String

        func reply(to request: TeacherRequest) async throws(TeacherError) -> String {
            answer(request.messages.last?.content ?? "")
        }
    }

    @Test func repliesAreKeptAndReplayed() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("replies.jsonl")
        let request = TeacherRequest(
            [Message(role: "user", content: "a\nb")], temperature: 0, maxTokens: 5, seed: 1)
        let other = TeacherRequest(
            [Message(role: "user", content: "c")], temperature: 0, maxTokens: 5, seed: 1)
        let recorded = RecordedTeacher(Scripted { "said: \($0)" }, try ReplyFile(path: path))
        #expect(try await recorded.reply(to: request) == "said: a\nb")
        // A torn last line, as a killed run leaves it.
        let handle = try #require(FileHandle(forUpdatingAtPath: path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(#"{"teacher": "scr"#.utf8))
        try handle.close()
        let again = try ReplyFile(path: path)
        #expect(again.count == 1)
        let silent = RecordedTeacher(Scripted { _ in "called again" }, again)
        #expect(try await silent.reply(to: request) == "said: a\nb")
        let replayed = ReplayedTeacher(again)
        #expect(try await replayed.reply(to: request) == "said: a\nb")
        await #expect(throws: TeacherError.notRecorded(path: path)) { try await replayed.reply(to: other) }
        #expect(try await silent.reply(to: other) == "called again")
        #expect(try ReplyFile(path: path).count == 2)
        try Data("nonsense\n".utf8).write(to: URL(filePath: path))
        #expect(throws: TeacherError.self) { try ReplyFile(path: path) }
    }
}
