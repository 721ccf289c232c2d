import Foundation
import PostgreSQL

/// Builds an index on a PostgreSQL server in tables beside those that are searched, and changes their names in one
/// transaction. A broken build leaves its tables, and the next one carries on.
final class ServerWriter: FactWriter {
    let name: String
    private let connection: Connection
    private let part: ServerTables
    private let final: ServerTables
    private let remark: (String) -> Void

    /// From so many vectors on, an index of them pays; fewer are compared one by one.
    private static let fewVectors = 10_000

    init(_ address: String, replacing: Bool, remark: @escaping (String) -> Void) throws(KnowledgeError) {
        let (connection, schema) = try connect(address)
        connection.patience = 86_400  // the server is silent while it indexes
        (self.connection, self.remark, name) = (connection, remark, connection.server)
        part = ServerTables(schema: schema, isPart: true)
        final = ServerTables(schema: schema, isPart: false)
        try attempt(name) {
            guard try lock() else { throw KnowledgeError.busy(server: name, schema: schema) }
            if let about = try final.ownAbout(connection), !replacing {
                throw KnowledgeError.present(server: name, schema: schema, facts: about["facts"] ?? "some")
            }
        }
    }

    /// Takes the right to build in the schema, which goes with the connection. The server may need a moment to see that
    /// the one who had it is gone.
    private func lock() throws -> Bool {
        for attempt in 0..<20 {
            if attempt > 0 { usleep(100_000) }
            let taken = try connection.run(
                "SELECT pg_try_advisory_lock(hashtextextended($1, 0))", ["\(formatName) \(part.schema)"])
            if taken.text(0) == "t" { return true }
        }
        return false
    }

    func leftover() throws(KnowledgeError) -> [String: String]? {
        try attempt(name) { try part.ownAbout(connection) }
    }

    func discard() throws(KnowledgeError) {
        try attempt(name) {
            if try part.ownAbout(connection) != nil {
                try connection.transaction { try part.drop(connection) }
            }
        }
    }

    func write(_ facts: [StatedFact], about: [String: String]) throws(KnowledgeError) {
        let texts = facts.map { $0.text.utf8.contains(0) ? $0.text.replacing("\0", with: " ") : $0.text }
        let changed = zip(facts, texts).count { $0.text != $1 }
        if changed > 0 {
            remark("\(changed) facts hold the zero character, which the server cannot store: now a space")
        }
        let lengths = texts.map { max(1, searchWords($0, ofFact: true).count) }
        let mean = Double(lengths.reduce(0, +)) / Double(max(1, lengths.count))
        try attempt(name) {
            try createSchema()
            try connection.transaction {
                try createTables()
                try connection.copy(
                    "COPY \(part["fact"])(id, text, confidence, length, spaced) FROM STDIN",
                    count: facts.count
                ) { place, rows in
                    rows.add(place + 1)
                    rows.add(texts[place])
                    rows.add(facts[place].confidence.map { "\($0)" })
                    rows.add(lengths[place])
                    rows.add(spacedForServer(texts[place]))
                    rows.end()
                }
                try countWords()
                try part.note(about, connection)
                try part.note(["mean_length": "\(mean)", "build": UUID().uuidString], connection)
            }
        }
    }

    private func createSchema() throws {
        let found = try connection.run("SELECT 1 FROM pg_namespace WHERE nspname = $1", [part.schema])
        if found.count == 0 { try connection.run("CREATE SCHEMA \"\(part.schema)\"") }
    }

    private func createTables() throws {
        try connection.run("CREATE TABLE \(part["about"])(name text PRIMARY KEY, value text NOT NULL)")
        try connection.run(
            """
            CREATE TABLE \(part["fact"])(
                id integer PRIMARY KEY, text text NOT NULL, confidence float8, length integer NOT NULL, spaced text,
                words tsvector NOT NULL GENERATED ALWAYS AS (
                    to_tsvector('english', left(coalesce(spaced, text), 100000))) STORED)
            """)
        try connection.run(
            "CREATE TABLE \(part["word"])(word text COLLATE \"C\" PRIMARY KEY, facts integer NOT NULL)")
    }

    private func countWords() throws {
        try connection.run(
            "INSERT INTO \(part["word"]) SELECT word, ndoc FROM ts_stat($1)",
            ["SELECT words FROM \(part["fact"])"])
        try connection.run("CREATE INDEX ON \(part["fact"]) USING gin (words) WITH (fastupdate = off)")
        try connection.run("ANALYZE \(part["fact"])")
        try connection.run("ANALYZE \(part["word"])")
    }

    func canHoldVectors() throws(KnowledgeError) -> Bool {
        try attempt(name) {
            if try findVectorType(connection) { return true }
            let known = try connection.run("SELECT 1 FROM pg_available_extensions WHERE name = 'vector'")
            guard known.count > 0 else {
                remark("\(name): the server lacks the extension pgvector: facts are found by words alone")
                return false
            }
            do throws(ServerError) {
                try connection.run("CREATE EXTENSION vector WITH SCHEMA public")
            } catch {
                guard error.state != nil else { throw error }
                remark(
                    "facts are found by words alone, for the extension pgvector could not be created; ask an "
                        + "administrator for CREATE EXTENSION vector (\(error))")
                return false
            }
            remark("\(name): created the extension vector (pgvector) in the schema public")
            return try findVectorType(connection)
        }
    }

    /// The table of vectors comes with the first note of how many numbers one has.
    func note(_ values: [String: String]) throws(KnowledgeError) {
        try attempt(name) {
            try connection.transaction {
                if let dimensions = values["dimensions"].flatMap({ Int($0) }) {
                    try connection.run(
                        """
                        CREATE TABLE IF NOT EXISTS \(part["vector"])(
                            id integer PRIMARY KEY, embedding vector(\(dimensions)) NOT NULL)
                        """)
                }
                try part.note(values, connection)
            }
        }
    }

    func vectorCount() throws(KnowledgeError) -> Int {
        try attempt(name) { try connection.run("SELECT count(*) FROM \(part["vector"])").int(0) ?? 0 }
    }

    func texts(from first: Int, limit: Int) throws(KnowledgeError) -> [String] {
        try attempt(name) {
            let rows = try connection.run(
                "SELECT text FROM \(part["fact"]) WHERE id >= $1::int ORDER BY id LIMIT $2::int",
                ["\(first)", "\(limit)"])
            return (0..<rows.count).map { rows.text($0) ?? "" }
        }
    }

    func add(_ vectors: [[Float]], from first: Int) throws(KnowledgeError) {
        try attempt(name) {
            try connection.copy("COPY \(part["vector"]) FROM STDIN", count: vectors.count) { place, rows in
                rows.add(first + place)
                rows.add(vectorText(vectors[place]))
                rows.end()
            }
        }
    }

    func finish() throws(KnowledgeError) {
        try attempt(name) {
            let about = try part.ownAbout(connection) ?? [:]
            if about["encoder"] != nil { try indexVectors(about) }
            try connection.transaction {
                if try final.ownAbout(connection) != nil { try final.drop(connection) }
                for kind in ServerTables.kinds where kind != "vector" || about["encoder"] != nil {
                    try rename(kind)
                }
            }
        }
    }

    /// The names of indexes go with their tables', so that the next build's are free.
    private func rename(_ kind: String) throws {
        let indexes = try connection.run(
            "SELECT indexname FROM pg_indexes WHERE schemaname = $1 AND tablename = $2",
            [part.schema, part.bare(kind)])
        for index in (0..<indexes.count).compactMap({ indexes.text($0) }) {
            let named = index.replacing("_part_", with: "_")
            try connection.run("ALTER INDEX \"\(part.schema)\".\"\(index)\" RENAME TO \"\(named)\"")
        }
        try connection.run("ALTER TABLE \(part[kind]) RENAME TO \(final.bare(kind))")
    }

    private func indexVectors(_ about: [String: String]) throws {
        let facts = about["facts"].flatMap { Int($0) } ?? 0
        let dimensions = about["dimensions"].flatMap { Int($0) } ?? 0
        let known = try connection.run("SELECT 1 FROM pg_am WHERE amname = 'hnsw'")
        if facts >= Self.fewVectors && dimensions <= 2000 && known.count > 0 {
            remark("\(name): indexing \(facts) vectors")
            let megabytes = min(1024, 64 + facts * (4 * dimensions + 512) >> 20)
            try connection.run("SELECT set_config('maintenance_work_mem', $1, false)", ["\(megabytes)MB"])
            try connection.run(
                "CREATE INDEX IF NOT EXISTS knowledge_vector_part_embedding_idx ON \(part["vector"]) "
                    + "USING hnsw (embedding vector_cosine_ops)")
        }
        try connection.run("ANALYZE \(part["vector"])")
    }
}
