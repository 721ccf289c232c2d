import Foundation
import Knowledge
import Records
import TestSupport
import Testing

/// Indexes in SQLite whose values are not what they should be: an error, never the end of the process.
@Suite(.enabled(if: runPython(["-c", "import sqlite3"]).succeeded, "a python3 with sqlite3 is needed"))
struct StrangeDatabaseTests {
    let folder: TemporaryFolder
    let path: String

    init() async throws {
        folder = try TemporaryFolder()
        path = folder.file("facts.db")
        let facts = (0..<20).map { StatedFact(text: "fact \($0) plus 4 equals \($0 + 4)", confidence: 0.5) }
        var builder = try KnowledgeBuilder(path: path, inputs: "x", minimumConfidence: nil) { facts }
        try await builder.addVectors(of: "e", dimensions: 8, progress: { _, _ in }) { texts in
            (texts.map { _ in (0..<8).map { Float($0) - 3 } }, 1)
        }
        try builder.finish()
    }

    private func change(_ sql: String) throws {
        let run = runPython([
            "-c",
            "import sqlite3, sys\nc = sqlite3.connect(sys.argv[1])\nc.executescript('PRAGMA writable_schema=ON;' + sys.argv[2])\nc.commit()",
            path, sql,
        ])
        try #require(run.succeeded, "\(run.output)")
    }

    private func search(_ dimensions: Int = 8) throws -> [RetrievedFact] {
        let vector = (0..<dimensions).map { Float($0) - 3 }
        return try KnowledgeIndex(path: path).search("fact 7 plus 4 equals", vector: vector, count: 4)
    }

    @Test func anIndexIsSearched() throws { #expect(try search().count > 0) }

    @Test(arguments: [
        "DROP TABLE fact; CREATE TABLE fact(id INTEGER PRIMARY KEY, text, confidence); INSERT INTO fact SELECT value, NULL, 1 FROM generate(20);",
        "UPDATE about SET value = 9223372036854775807 WHERE name = 'dimensions'",
        "UPDATE about SET value = '128' WHERE name = 'dimensions'",
        "UPDATE about SET value = x'00ff' WHERE name = 'format'",
        "UPDATE vector SET data = x'00'", "DELETE FROM code",
        "DROP TABLE fact; CREATE VIEW fact AS WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n) SELECT id, 'x' AS text, 1 AS confidence FROM n",
        "INSERT INTO fact VALUES (4611686018427387904, 'x', 1)",
    ])
    func whatIsNoIndexIsRefused(sql: String) throws {
        let sql = sql.replacing(
            "generate(20)",
            with:
                "(WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 20) SELECT value FROM n)"
        )
        try change(sql)
        #expect(throws: KnowledgeError.self) { try search() }
    }

    @Test(arguments: [
        "UPDATE fact SET confidence = 'abc'", "UPDATE fact SET confidence = x'00'",
        "UPDATE fact SET confidence = 9e999", "UPDATE word SET facts = 4611686018427387904",
        "UPDATE word SET facts = -9223372036854775808", "UPDATE word SET facts = 'many'",
    ])
    func otherValuesAreTakenForNone(sql: String) throws {
        try change(sql)
        #expect(try search().allSatisfy { $0.confidence?.isFinite ?? true })
    }

    @Test func anotherEncoderIsRefused() throws {
        #expect {
            try search(16)
        } throws: {
            guard case KnowledgeError.otherEncoder? = $0 as? KnowledgeError else { return false }
            return true
        }
    }
}
