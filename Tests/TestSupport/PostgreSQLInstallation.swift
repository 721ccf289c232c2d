import Foundation

/// The programs of a PostgreSQL server on this machine.
public struct PostgreSQLInstallation: Sendable {
    /// The folder of `initdb` and `postgres`.
    public let programs: String
    /// Whether the server has the extension pgvector.
    public let hasVectors: Bool

    /// Those there are: the one whose folder of programs SFT_PROBE_POSTGRESQL names, those in PATH, and Debian's.
    public static let all: [PostgreSQLInstallation] = {
        let environment = ProcessInfo.processInfo.environment
        let debian = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: debian)) ?? []
        let newest = versions.sorted { (Int($0) ?? 0) > (Int($1) ?? 0) }.map { "\(debian)/\($0)/bin" }
        let paths = (environment["PATH"] ?? "").split(separator: ":").map(String.init)
        let folders = [environment["SFT_PROBE_POSTGRESQL"]].compactMap(\.self) + paths + newest
        return folders.filter { folder in
            ["initdb", "postgres"].allSatisfy {
                FileManager.default.isExecutableFile(atPath: "\(folder)/\($0)")
            }
        }.map { PostgreSQLInstallation(programs: $0, hasVectors: hasVectors($0)) }
    }()

    /// The first of them.
    public static let any = all.first
    /// The first with pgvector.
    public static let withVectors = all.first(where: \.hasVectors)

    /// What a skipped test says.
    public static let whySkipped =
        "needs a PostgreSQL server: apt-get install postgresql, or set SFT_PROBE_POSTGRESQL to its folder of programs"
    /// What a skipped test of vectors says.
    public static let whyVectorsSkipped =
        "needs a PostgreSQL server with pgvector: set SFT_PROBE_POSTGRESQL to its folder of programs"

    private static func hasVectors(_ programs: String) -> Bool {
        let shared = [
            programs + "/../share/postgresql", programs + "/../share",
            programs.replacing("/usr/lib/", with: "/usr/share/").replacing("/bin", with: ""),
        ]
        return shared.contains { FileManager.default.fileExists(atPath: $0 + "/extension/vector.control") }
    }
}

/// Runs a program to its end.
func run(_ arguments: [String]) throws -> (code: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(filePath: arguments[0])
    process.arguments = Array(arguments.dropFirst())
    let output = FileManager.default.temporaryDirectory.appending(path: "sft-probe-\(UUID().uuidString)")
    try Data().write(to: output)
    defer { try? FileManager.default.removeItem(at: output) }
    process.currentDirectoryURL = FileManager.default.temporaryDirectory
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = process.standardOutput
    try process.run()
    process.waitUntilExit()
    return (process.terminationStatus, try String(contentsOf: output, encoding: .utf8))
}
