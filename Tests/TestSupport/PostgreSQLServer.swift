import Foundation

/// A PostgreSQL server of our own: a new cluster in a temporary folder, reached through a socket there and stopped when
/// the value goes away. Its superuser `test` needs no password; the user `locked` needs `open sesame`.
public final class PostgreSQLServer: @unchecked Sendable {
    private let folder: TemporaryFolder
    private let installation: PostgreSQLInstallation
    private let user: (name: String, prefix: [String])
    private var process = Process()

    /// Begins a cluster and starts it.
    public init(_ installation: PostgreSQLInstallation) throws {
        folder = try TemporaryFolder()
        self.installation = installation
        user = try Self.user()
        // The server does not run as root, so what it writes belongs to another.
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
        try FileManager.default.setAttributes([.ownerAccountName: user.name], ofItemAtPath: home)
        try call([
            "initdb", "-D", home + "/data", "-U", "test", "-A", "trust", "-E", "UTF8", "--locale", "C",
            "--no-sync",
        ])
        try Data("local all locked scram-sha-256\nlocal all all trust\n".utf8).write(
            to: URL(filePath: home + "/data/pg_hba.conf"))
        try start()
    }

    deinit { stop() }

    private var home: String { folder.file("server") }

    /// The address of its database, with more parameters.
    public func address(user: String = "test", _ parameters: String = "") -> String {
        "postgresql://\(user)@/postgres?host=\(home)\(parameters.isEmpty ? "" : "&" + parameters)"
    }

    /// Starts it, and waits until it answers.
    public func start() throws {
        let settings = "listen_addresses= fsync=off max_connections=20".split(separator: " ").flatMap {
            ["-c", String($0)]
        }
        let log = home + "/log"
        try Data().write(to: URL(filePath: log))
        process = Process()
        process.executableURL = URL(filePath: user.prefix[0])
        process.arguments =
            user.prefix.dropFirst() + ["\(installation.programs)/postgres", "-D", home + "/data", "-k", home]
            + settings
        process.currentDirectoryURL = FileManager.default.temporaryDirectory
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: log))
        process.standardError = process.standardOutput
        try process.run()
        for _ in 0..<1200 {
            let state = (try? String(contentsOfFile: home + "/data/postmaster.pid", encoding: .utf8)) ?? ""
            if state.hasPrefix("\(process.processIdentifier)\n") && state.contains("ready") { return }
            guard process.isRunning else { break }
            usleep(50_000)
        }
        let said = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
        throw Failure(description: "postgres did not start: \(said)")
    }

    /// Stops it at once, as if it had been killed.
    public func stop() {
        guard process.isRunning else { return }
        kill(process.processIdentifier, SIGQUIT)
        process.waitUntilExit()
    }

    private func call(_ command: [String]) throws {
        let outcome = try run(user.prefix + ["\(installation.programs)/\(command[0])"] + command.dropFirst())
        guard outcome.code == 0 else { throw Failure(description: "\(command[0]): \(outcome.output)") }
    }

    /// Whom the server runs as: us, unless we are root, whom PostgreSQL refuses.
    private static func user() throws -> (name: String, prefix: [String]) {
        if geteuid() != 0 { return (NSUserName(), ["/usr/bin/env"]) }
        for name in ["postgres", "nobody"] {
            let prefix = ["/usr/bin/env", "setpriv", "--reuid=\(name)", "--clear-groups", "--"]
            if try run(prefix + ["true"]).code == 0 { return (name, prefix) }
        }
        throw Failure(description: "PostgreSQL does not run as root, and setpriv cannot become another user")
    }

    private struct Failure: Error, CustomStringConvertible { let description: String }
}
