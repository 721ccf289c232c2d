import Foundation
import Records
import Testing

/// Reading ends where enough is read, and where a line has no end.
@Suite struct RecordBoundTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func file(_ text: String) throws -> String { try folder.file(text) }

    /// What follows the examples that are wanted is not looked at.
    @Test(arguments: ["lines", "array"]) func aLimitEndsTheReading(_ form: String) throws {
        let record = #"{"prompt": "a", "completion": "b"}"#
        let good = [String](repeating: record, count: 3)
        let path = try file(
            form == "lines"
                ? (good + ["{"]).joined(separator: "\n") : "[" + (good + ["{]"]).joined(separator: ","))
        #expect(try readExamples(at: path, RecordReading(limit: 3)).records.count == 3)
        #expect(try readExamples(at: path, RecordReading(limit: 2)).records.count == 2)
        #expect(throws: RecordError.self) { try readExamples(at: path, RecordReading(limit: 4)) }
    }

    @Test func whatWasLeftOutDoesNotCount() throws {
        let path = try file("{}\n" + [String](repeating: #"{"text": "a"}"#, count: 3).joined(separator: "\n"))
        let read = try readExamples(at: path, RecordReading(skipsBadLines: true, limit: 2))
        #expect(read.records.count == 2)
        #expect(read.rejects.count == 1)
    }

    @Test(arguments: ["lines", "array"]) func aLineHasABound(_ form: String) throws {
        let long = #"{"text": ""# + String(repeating: "a", count: 33 << 20) + #""}"#
        let path = try file(form == "lines" ? "{\"text\": \"a\"}\n" + long : "[{\"text\": \"a\"}, \(long)]")
        #expect(
            throws: RecordError.malformed(
                path: path, line: 2, reason: "it is longer than 32 MB; cut its text into several records")
        ) { try readExamples(at: path) }
    }
}
