import PostgreSQL
import TestSupport
import Testing

/// libpq against a server that the tests start.
@Suite(
    .enabled(
        if: PostgreSQLInstallation.any != nil, Comment(rawValue: PostgreSQLInstallation.whySkipped)))
struct ConnectionTests {
    private let server: PostgreSQLServer
    private let connection: Connection

    init() throws {
        server = try PostgreSQLServer(try #require(PostgreSQLInstallation.any))
        connection = try Connection(try ServerAddress(server.address()))
    }

    static let hostile = [
        "plain", "", "it's \"quoted\"; DROP TABLE t; --", "back\\slash \\N \\.", "a\tb\nc\r\nd", "größe 🦉 ﷽",
        "$1 %s {x,y}", String(repeating: "long ", count: 400_000),
    ]

    /// Values stay what they are, whether bound or copied.
    @Test func valuesAreNeverSQL() throws {
        for text in Self.hostile {
            #expect(try connection.run("SELECT $1::text, NULL", [text]).text(0) == text)
        }
        try connection.run("CREATE TABLE t(id int, text text)")
        try connection.copy("COPY t FROM STDIN", count: Self.hostile.count + 1) { place, rows in
            rows.add(place)
            rows.add(place < Self.hostile.count ? Self.hostile[place] : nil)
            rows.end()
        }
        let rows = try connection.run("SELECT id, text FROM t ORDER BY id")
        #expect(rows.count == Self.hostile.count + 1)
        #expect((0..<rows.count).map { rows.text($0, 1) } == Self.hostile + [nil])
        #expect(rows.int(1, 0) == 1 && rows.int(0, 1) == nil)
        #expect(try connection.run("SELECT $1::bytea", ["\\x00ff"], binary: true).bytes(0) == [0, 255])
    }

    @Test func errorsAreSentences() throws {
        let zero = #expect(throws: ServerError.self) { try connection.run("SELECT $1::text", ["a\0b"]) }
        #expect(zero?.description.contains("zero character") ?? false)
        let wrong = #expect(throws: ServerError.self) { try connection.run("SELECT * FROM nowhere") }
        #expect(wrong?.state == "42P01" && wrong?.description.contains("nowhere") ?? false)
        try connection.run("SET statement_timeout = 20")
        let slow = #expect(throws: ServerError.self) { try connection.run("SELECT pg_sleep(10)") }
        #expect(slow?.description.contains("statement_timeout%3D0") ?? false, "\(slow?.description ?? "")")
        try connection.run("SET statement_timeout = 0")
        #expect(try connection.run("SELECT 1").int(0) == 1)
    }

    @Test func transactionsAreWhole() throws {
        try connection.run("CREATE TABLE t(id int PRIMARY KEY)")
        #expect(throws: ServerError.self) {
            try connection.transaction {
                try connection.run("INSERT INTO t VALUES (1)")
                try connection.copy("COPY t FROM STDIN", count: 1) { _, rows in
                    rows.add("no number")
                    rows.end()
                }
            }
        }
        #expect(try connection.run("SELECT count(*) FROM t").int(0) == 0)
        try connection.transaction { try connection.run("INSERT INTO t VALUES (1)") }
        #expect(try connection.run("SELECT count(*) FROM t").int(0) == 1)
    }

    @Test func saysThatTheServerWentAway() throws {
        server.stop()
        let lost = #expect(throws: ServerError.self) { try connection.run("SELECT 1") }
        guard case .lost? = lost else { return #expect(Bool(false), "\(String(describing: lost))") }
        let gone = #expect(throws: ServerError.self) { try Connection(try ServerAddress(server.address())) }
        guard case .unreachable? = gone else { return #expect(Bool(false), "\(String(describing: gone))") }
    }

    @Test func passwordsAreWantedAndHidden() throws {
        try connection.run("CREATE ROLE locked LOGIN PASSWORD 'open sesame'")
        let right = server.address(user: "locked:open%20sesame")
        #expect(try Connection(try ServerAddress(right)).run("SELECT current_user").text(0) == "locked")
        for wrong in [server.address(user: "locked:shut%20it"), server.address(user: "locked")] {
            let error = #expect(throws: ServerError.self) { try Connection(try ServerAddress(wrong)) }
            let told = error?.description ?? ""
            #expect(
                told.contains("PGPASSWORD") && told.contains("locked") && !told.contains("shut"), "\(told)")
        }
    }
}
