import Foundation
import LaMerCurriculum
import Records
import TestSupport
import Testing

@Suite struct QueryTests {
    private func read(_ text: String) throws -> [Query] {
        let folder = try TemporaryFolder()
        let path = folder.file("queries.jsonl")
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return try readQueries(at: path)
    }

    @Test func readsEveryShape() throws {
        let queries = try read(
            """
            {"query": "Why?"}
            {"id": 7, "query": "Who?", "options": ["A man.", "A dog"], "answer": 1, "facts": ["Dogs bark."]}
            {"id": "x", "query": "Who?", "options": ["A man.", "A dog"], "answer": "a man"}
            {"id": "y", "query": "How many?", "answer": 42}
            """)
        #expect(queries.map(\.id) == ["1", "7", "x", "y"])
        #expect(queries.map(\.answer) == [nil, "A dog", "A man.", "42"])
        #expect(queries[1].facts == ["Dogs bark."] && queries[0].options == nil)
    }

    /// An id that repeats is told apart by its line, and any number is an id.
    @Test func idsAreToldApart() throws {
        let queries = try read(
            "{\"id\": 1, \"query\": \"x\"}\n{\"id\": 1, \"query\": \"y\"}\n{\"id\": 2.5, \"query\": \"z\"}")
        #expect(queries.map(\.id) == ["1", "1#2", "2.5"])
    }

    @Test(arguments: [
        (#"{"query": ""}"#, "is empty"), (#"{"question": "x"}"#, "query"),
        (#"{"query": "x", "options": ["a"]}"#, "fewer than two"),
        (#"{"query": "x", "options": ["a dog", "A dog."]}"#, "alike"),
        (#"{"query": "x", "options": ["b", "c"], "answer": 2}"#, "answer"),
        (#"{"query": "x", "options": ["b", "c"], "answer": "d"}"#, "answer"),
        (#"{"query": "x", "facts": ["ok", " "]}"#, "facts"), (#"{"query": 3}"#, "string"), ("[", "JSON"),
    ])
    func badLinesAreNamed(_ text: String, _ reason: String) {
        let error = #expect(throws: RecordError.self) { try read(text) }
        #expect(error?.description.contains(reason) ?? false, "\(error?.description ?? "")")
    }
}
