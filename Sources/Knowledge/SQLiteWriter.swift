import Foundation
import GRDB
import ModelFiles

/// Builds an index in the file beside the one that is to be, which a broken build leaves and the next one carries on.
final class SQLiteWriter: FactWriter {
    let name: String
    private let part: String
    private var database: DatabaseQueue?

    init(path: String) { (name, part) = (path, path + ".part") }

    func leftover() -> [String: String]? {
        guard FileManager.default.fileExists(atPath: part) else { return nil }
        database = try? DatabaseQueue(path: part)
        return (try? database?.read { try about($0) }) ?? [:]
    }

    func discard() {
        database = nil
        for suffix in ["", "-journal", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: part + suffix)
        }
    }

    /// Nothing is journalled: what is half written when the process ends is begun anew, for `about` is noted last.
    func write(_ facts: [StatedFact], about: [String: String]) throws(KnowledgeError) {
        discard()
        try attempt(part) {
            let database = try DatabaseQueue(path: part)
            try database.writeWithoutTransaction { database in
                try database.execute(
                    sql: "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536")
                try database.inTransaction {
                    try createTables(database)
                    try insert(facts, into: database)
                    return .commit
                }
                try database.execute(sql: "PRAGMA synchronous = FULL; PRAGMA journal_mode = DELETE")
                try database.inTransaction {
                    try Knowledge.note(database, about)
                    return .commit
                }
            }
            self.database = database
        }
    }

    /// Texts and their words.
    private func insert(_ facts: [StatedFact], into database: Database) throws {
        var words: [String: Int] = [:]
        let insert = try database.makeStatement(sql: "INSERT INTO fact VALUES (?, ?, ?)")
        let index = try database.makeStatement(sql: "INSERT INTO fact_text(rowid, text) VALUES (?, ?)")
        for (place, fact) in facts.enumerated() {
            try insert.execute(arguments: [place + 1, fact.text, fact.confidence])
            try index.execute(arguments: [place + 1, spaced(fact.text) ?? fact.text])
            for word in Set(searchWords(fact.text, ofFact: true)) { words[word, default: 0] += 1 }
        }
        let count = try database.makeStatement(sql: "INSERT INTO word VALUES (?, ?)")
        for (word, facts) in words.sorted(by: { $0.key < $1.key }) {
            try count.execute(arguments: [word, facts])
        }
    }

    func canHoldVectors() -> Bool { true }

    func note(_ values: [String: String]) throws(KnowledgeError) {
        try change { try Knowledge.note($0, values) }
    }

    func vectorCount() throws(KnowledgeError) -> Int {
        try change { try Int.fetchOne($0, sql: "SELECT count(*) FROM vector") ?? 0 }
    }

    func texts(from first: Int, limit: Int) throws(KnowledgeError) -> [String] {
        try change {
            try String.fetchAll(
                $0, sql: "SELECT text FROM fact WHERE id >= ? ORDER BY id LIMIT ?", arguments: [first, limit])
        }
    }

    func add(_ vectors: [[Float]], from first: Int) throws(KnowledgeError) {
        try change { database in
            let insert = try database.makeStatement(sql: "INSERT INTO vector VALUES (?, ?)")
            for (place, vector) in vectors.enumerated() {
                try insert.execute(arguments: [first + place, StoredVector(vector).data])
            }
            try database.execute(
                sql: "INSERT INTO code VALUES (?, ?)",
                arguments: [first, Data(vectors.flatMap(SignCodes.stored))])
        }
    }

    func finish() throws(KnowledgeError) {
        try change { try $0.execute(sql: "INSERT INTO fact_text(fact_text) VALUES ('optimize')") }
        try attempt(part) { try database?.close() }
        do {
            try replaceFile(at: name, by: part)
        } catch {
            throw .database(path: name, reason: "\(part) cannot be renamed; check the folder's permissions")
        }
    }

    private func change<Value>(_ body: (Database) throws -> Value) throws(KnowledgeError) -> Value {
        guard let database else { throw .database(path: part, reason: "it is not open") }
        return try attempt(part) { try database.write(body) }
    }
}
