import Foundation
import PostgreSQL

/// An index on a PostgreSQL server.
struct ServerStore: FactStore {
    let name: String
    let count: Int
    let encoder: String?
    private let connection: Connection
    private let tables: ServerTables
    private let about: [String: String]

    init(_ address: String) throws(KnowledgeError) {
        let (connection, schema) = try connect(address)
        connection.patience = 120  // a search of a large index on a busy server
        let tables = ServerTables(schema: schema, isPart: false)
        let about = try attempt(connection.server) { () throws -> [String: String] in
            guard let about = try tables.about(connection) else {
                throw KnowledgeError.noIndex(server: connection.server, schema: schema)
            }
            return about
        }
        guard about["format"] == formatName, about["version"] == formatVersion else {
            throw .notAnIndex(
                path: connection.server,
                found: "\(about["format"] ?? "other tables of these names") \(about["version"] ?? "")")
        }
        name = connection.server
        count = about["facts"].flatMap { Int($0) } ?? 0
        encoder = about["encoder"]
        (self.connection, self.tables, self.about) = (connection, tables, about)
    }

    /// The words are the server's: stemmed as English, without stop words.
    func idsByWords(_ query: String, limit: Int) throws(KnowledgeError) -> [Int] {
        let hasPairs = about["words"] == wordRule["words"]
        let asked = hasPairs ? searchWords(query, ofFact: false).joined(separator: " ") : query
        return try attempt(name) {
            let rows = try connection.run(
                """
                SELECT w.word, w.facts FROM unnest(to_tsvector('english', left($1, 100000))) q
                JOIN \(tables["word"]) w ON w.word = q.lexeme ORDER BY w.facts, w.word LIMIT 64
                """, [asked.replacing("\0", with: " ")])
            let words = (0..<rows.count).map { (word: rows.text($0, 0) ?? "", facts: rows.int($0, 1) ?? 0) }
            return words.isEmpty ? [] : try ids(withWords: rarest(words), limit)
        }
    }

    /// BM25 with FTS5's k₁ = 1.2 and b = 0.75. All facts with one of the words are ranked as if each word stood in them
    /// once, which is nearly always so; the best of them are ranked by how often it does.
    private func ids(withWords words: [(word: String, facts: Int)], _ limit: Int) throws -> [Int] {
        let weights = words.map {
            max(1e-6, log((Double(count - $0.facts) + 0.5) / (Double($0.facts) + 0.5)))
        }
        let queries = words.map {
            "'" + $0.word.replacing("\\", with: "\\\\").replacing("'", with: "''") + "'"
        }
        let rough = words.indices.map {
            "CASE WHEN words @@ $\($0 + 7)::tsquery THEN ($3::float8[])[\($0 + 1)] ELSE 0 END"
        }
        let damping = "1.2 * (0.25 + 0.75 * length / $5::float8)"
        let rows = try connection.run(
            """
            WITH candidate AS MATERIALIZED (
                SELECT id, words, length FROM \(tables["fact"]) WHERE words @@ $1::tsquery
                ORDER BY (\(rough.joined(separator: " + "))) / (1 + \(damping)) DESC, id LIMIT $4::int)
            SELECT id FROM candidate, LATERAL (
                SELECT sum(weight * often / (often + \(damping))) AS score
                FROM (SELECT lexeme, cardinality(positions) AS often FROM unnest(words)) w
                JOIN unnest($2::text[], $3::float8[]) AS asked(lexeme, weight) USING (lexeme)) s
            ORDER BY score DESC, id LIMIT $6::int
            """,
            [
                queries.joined(separator: " | "), arrayText(words.map(\.word)),
                "{" + weights.map { "\($0)" }.joined(separator: ",") + "}", "\(4 * limit)",
                about["mean_length"] ?? "10", "\(limit)",
            ] + queries)
        return (0..<rows.count).compactMap { rows.int($0) }
    }

    /// Through the index of vectors, which visits four times as many as are wanted; beyond its 1000, by comparing all.
    func idsByMeaning(_ vector: [Float], limit: Int) throws(KnowledgeError) -> [Int] {
        try attempt(name) {
            try connection.run(
                "SELECT set_config('hnsw.ef_search', $1, true), set_config('enable_indexscan', $2, true)",
                ["\(min(1000, 4 * limit))", limit <= 1000 ? "on" : "off"])
            let rows = try connection.run(
                "SELECT id FROM \(tables["vector"]) ORDER BY embedding <=> $1::vector LIMIT $2::int",
                [vectorText(vector), "\(limit)"])
            return (0..<rows.count).compactMap { rows.int($0) }
        }
    }

    func facts(_ ids: [Int]) throws(KnowledgeError) -> [StatedFact] {
        try attempt(name) {
            let rows = try connection.run(
                """
                SELECT f.text, f.confidence FROM unnest($1::int[]) WITH ORDINALITY AS asked(id, place)
                JOIN \(tables["fact"]) f USING (id) ORDER BY place
                """, [arrayText(ids)])
            return (0..<rows.count).map {
                StatedFact(text: rows.text($0, 0) ?? "", confidence: rows.text($0, 1).flatMap { Double($0) })
            }
        }
    }

    func vectors(_ ids: [Int]) throws(KnowledgeError) -> [[Float]] {
        try attempt(name) {
            let rows = try connection.run(
                """
                SELECT v.embedding FROM unnest($1::int[]) WITH ORDINALITY AS asked(id, place)
                LEFT JOIN \(tables["vector"]) v USING (id) ORDER BY place
                """, [arrayText(ids)], binary: true)
            return (0..<rows.count).map { floats(rows.bytes($0) ?? []) }
        }
    }

    /// A transaction, at whose beginning the index is the one that was opened: to replace it waits for the end.
    func unchanged<Value>(_ body: () throws(KnowledgeError) -> Value) throws(KnowledgeError) -> Value {
        try attempt(name) {
            try connection.transaction {
                let build = try connection.run("SELECT value FROM \(tables["about"]) WHERE name = 'build'")
                guard build.count > 0, build.text(0) == about["build"] else {
                    throw KnowledgeError.database(
                        path: name, reason: "the index was replaced meanwhile; run the command again")
                }
                return try body()
            }
        }
    }
}

/// The numbers of a vector in pgvector's binary form: their count and two bytes, then each as four, all big-endian.
private func floats(_ bytes: [UInt8]) -> [Float] {
    stride(from: 4, to: bytes.count - 3, by: 4).map { place in
        Float(bitPattern: bytes[place..<place + 4].reduce(0) { $0 << 8 | UInt32($1) })
    }
}
