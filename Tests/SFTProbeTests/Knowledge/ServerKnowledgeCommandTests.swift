import Foundation
import PostgreSQL
import TestSupport
import Testing

/// `knowledge` with a PostgreSQL server, as a user runs it.
@Suite struct ServerKnowledgeCommandTests {
    private func write(_ text: String, in folder: TemporaryFolder) throws -> String {
        let path = folder.file("facts.tsv")
        try Data(text.utf8).write(to: URL(filePath: path))
        return path
    }

    /// No server is needed to be told what is wrong; no message has the password.
    @Test(arguments: [
        ("postgresql://me:secret@localhost:1/db?connect_timeout=2", Int32(69), "cannot be reached"),
        (
            "postgresql://me:secret@/db?host=/nowhere", 69,
            "postgresql://me:***@/db?host=/nowhere cannot be reached"
        ),
        ("postgresql://me:secret@host.invalid/db", 69, "cannot be reached"),
        ("postgresql://me:secret/x@localhost/db", 64, "%2F"),
        ("postgresql://localhost/db?schema=A", 64, "schema"),
        ("postgresql://me:secret@localhost/db?color=blue", 69, "color"),
    ])
    func refuses(_ address: String, _ code: Int32, _ reason: String) throws {
        let folder = try TemporaryFolder()
        let facts = try write("dog\tDogs bark.\t1\n", in: folder)
        for command in [
            ["build", facts, "--output", address], ["search", address, "--query", "dogs"],
        ] {
            let outcome = try Tool.run(["knowledge"] + command)
            #expect(
                outcome.code == code && outcome.errors.contains(reason), "\(outcome.code): \(outcome.errors)")
            #expect(!(outcome.errors + outcome.output).contains("secret"))
        }
        #expect(folder.contents == ["facts.tsv"])
    }

    @Test func saysThatTheLibraryIsMissing() throws {
        let outcome = try Tool.run(
            ["knowledge", "search", "postgresql://localhost/db", "--query", "x"],
            environment: ["SFT_PROBE_LIBPQ": "/nowhere/libpq.so.5"])
        #expect(outcome.code == 69 && outcome.errors.contains("apt-get install libpq5"), "\(outcome.errors)")
    }

    @Test(
        .enabled(
            if: PostgreSQLInstallation.any != nil, Comment(rawValue: PostgreSQLInstallation.whySkipped)))
    func buildsAndSearches() throws {
        let server = try PostgreSQLServer(try #require(PostgreSQLInstallation.any))
        let folder = try TemporaryFolder()
        let facts = try write(
            "salt\tSalt lowers the freezing point of water.\t0.9\ndog\tDogs bark.\t0.2\n", in: folder)
        let address = server.address(user: "test:secret", "schema=facts")
        let build = ["knowledge", "build", facts, "--output", address, "--minimum-confidence", "0.5"]
        let built = try Tool.run(build)
        #expect(built.code == 0 && built.output.contains("1 facts, found by words alone"), "\(built.errors)")
        let found = try Tool.run(["knowledge", "search", address, "--query", "salt on ice", "--json"])
        #expect(
            found.output == "{\"fact\":\"Salt lowers the freezing point of water.\",\"confidence\":0.9}\n",
            "\(found.errors)")
        let again = try Tool.run(build)
        #expect(again.code == 73 && again.errors.contains("--replace"), "\(again.errors)")
        #expect(try Tool.run(build + ["--replace"]).code == 0)
        let absent = try Tool.run(["knowledge", "search", server.address(), "--query", "x"])
        #expect(absent.code == 66 && absent.errors.contains("no index of facts"), "\(absent.errors)")
        for outcome in [built, found, again] {
            #expect(!(outcome.errors + outcome.output).contains("secret"))
        }
    }

    /// What a server notes while the connection is made is its own words, and not for the terminal.
    @Test(
        .enabled(
            if: PostgreSQLInstallation.any != nil, Comment(rawValue: PostgreSQLInstallation.whySkipped)))
    func hidesWhatIsNotedWhileConnecting() throws {
        let server = try PostgreSQLServer(try #require(PostgreSQLInstallation.any))
        let connection = try Connection(try ServerAddress(server.address()))
        for statement in [
            "CREATE ROLE gone", "CREATE ROLE noted LOGIN", "ALTER ROLE noted SET role = gone",
            "DROP ROLE gone",
        ] {
            try connection.run(statement)
        }
        let outcome = try Tool.run(
            ["knowledge", "search", server.address(user: "noted"), "--query", "x"])
        #expect(outcome.code == 66 && outcome.errors.contains("no index of facts"), "\(outcome.errors)")
        #expect(!outcome.errors.contains("WARNING") && !outcome.errors.contains("gone"), "\(outcome.errors)")
    }
}
