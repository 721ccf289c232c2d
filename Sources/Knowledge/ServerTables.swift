import PostgreSQL

// The tables of an index on a PostgreSQL server, in a schema of their own (sft_probe, or that of the address):
//
//   knowledge_about   name, value     format, version, encoder, dimensions, what it was built from, a name of the build
//   knowledge_fact    id from 1, text, confidence; length, the number of its words; words, its tsvector; spaced, its words
//                     apart, where it has a script without spaces
//   knowledge_word    word, facts     how many facts have a word
//   knowledge_vector  id, embedding   where there are vectors: pgvector's
//
// While an index is built, its tables end in _part.

/// The tables of an index in a schema: those that are searched, or those of a build.
struct ServerTables {
    static let kinds = ["about", "fact", "word", "vector"]
    let schema: String
    let isPart: Bool

    /// What a table is called in its schema.
    func bare(_ kind: String) -> String { "knowledge_\(kind)\(isPart ? "_part" : "")" }
    /// What a table is called in SQL. A schema's name is of small letters, digits and _, so that it needs no escapes.
    subscript(kind: String) -> String { "\"\(schema)\".\(bare(kind))" }

    /// What the tables say of themselves; nil where there are none, nothing where others have such names.
    func about(_ connection: Connection) throws -> [String: String]? {
        let names = Self.kinds.map(bare)
        let found = try connection.run(
            """
            SELECT c.relname, ARRAY['name', 'value']::name[] <@ array_agg(a.attname)
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_attribute a ON a.attrelid = c.oid
            WHERE n.nspname = $1 AND c.relname = ANY($2::text[]) GROUP BY c.relname
            """, [schema, arrayText(names)])
        guard found.count > 0 else { return nil }
        let isOurs = (0..<found.count).contains { found.text($0, 0) == names[0] && found.text($0, 1) == "t" }
        guard isOurs else { return [:] }
        let rows = try connection.run("SELECT name, value FROM \(self["about"])")
        var about: [String: String] = [:]
        for row in 0..<rows.count { about[rows.text(row, 0) ?? ""] = rows.text(row, 1) }
        return about
    }

    /// The same, where they must be ours.
    ///
    /// - Throws: ``KnowledgeError/foreign(server:schema:found:)``.
    func ownAbout(_ connection: Connection) throws -> [String: String]? {
        guard let about = try about(connection) else { return nil }
        guard about["format"] == formatName, about["version"] == formatVersion else {
            let found = about["format"].map { "tables of \($0) \(about["version"] ?? "")" }
            throw KnowledgeError.foreign(
                server: connection.server, schema: schema,
                found: found
                    ?? "a table with one of the names \(Self.kinds.map(bare).joined(separator: ", "))")
        }
        return about
    }

    /// Notes values in the table of a build.
    func note(_ values: [String: String], _ connection: Connection) throws {
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            try connection.run(
                """
                INSERT INTO \(self["about"]) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value
                """, [name, value])
        }
    }

    /// Removes the tables; those of others that depend on them hinder it.
    func drop(_ connection: Connection) throws {
        for kind in Self.kinds { try connection.run("DROP TABLE IF EXISTS \(self[kind])") }
    }
}

/// The schema of an index whose address names none.
let defaultSchema = "sft_probe"

/// A connection as an index needs it: UTF-8, and names looked up in the system's schema and pgvector's alone.
func connect(_ address: String) throws(KnowledgeError) -> (connection: Connection, schema: String) {
    try attempt("the server") {
        let address = try ServerAddress(address)
        let connection = try Connection(address)
        let encoding = try connection.run("SHOW server_encoding").text(0) ?? ""
        guard connection.version >= 120_000, encoding == "UTF8" else {
            throw KnowledgeError.database(
                path: connection.server,
                reason: "expected PostgreSQL 12 or later and a database in UTF8, found version "
                    + "\(connection.version / 10000) and \(encoding)")
        }
        try connection.run("SET jit = off")
        try findVectorType(connection)
        return (connection, address.schema ?? defaultSchema)
    }
}

/// Has pgvector's names found, where it is installed.
///
/// - Returns: whether it is.
@discardableResult
func findVectorType(_ connection: Connection) throws -> Bool {
    let place = try connection.run(
        """
        SELECT quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
        WHERE e.extname = 'vector'
        """)
    let path = place.count > 0 ? "pg_catalog, \(place.text(0) ?? "")" : "pg_catalog"
    try connection.run("SELECT set_config('search_path', $1, false)", [path])
    return place.count > 0
}

/// Whole numbers as PostgreSQL reads an array of them.
func arrayText(_ numbers: [Int]) -> String { "{" + numbers.map(String.init).joined(separator: ",") + "}" }

/// Texts as PostgreSQL reads an array of them.
func arrayText(_ texts: [String]) -> String {
    let quoted = texts.map {
        "\"" + $0.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
    return "{" + quoted.joined(separator: ",") + "}"
}

/// A vector as pgvector reads it.
func vectorText(_ vector: [Float]) -> String { "[" + vector.map { "\($0)" }.joined(separator: ",") + "]" }
