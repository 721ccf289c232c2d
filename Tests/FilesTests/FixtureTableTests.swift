import Foundation
import TestSupport
import Testing

@Suite struct FixtureTableTests {
    private let folder = "notebooks-data/reference"

    private func names(in path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: repositoryPath(path)).filter {
            !$0.hasPrefix(".")
        }.sorted()
    }

    /// Every script of reference values, and every fixture, stands in the table of `notebooks-data/reference/README.md`.
    @Test func theTableIsComplete() throws {
        let table = try String(contentsOfFile: repositoryPath("\(folder)/README.md"), encoding: .utf8)
            .split(separator: "\n").filter { $0.hasPrefix("| ") }.joined(separator: "\n")
        for script in try names(in: folder) where script.hasPrefix("make_") {
            #expect(table.contains("`\(script)") == true, "\(script) is not in the table")
        }
        for target in try names(in: "Tests") {
            let path = "Tests/\(target)/Fixtures"
            guard FileManager.default.fileExists(atPath: repositoryPath(path)) else { continue }
            #expect(table.contains("T/\(target)/Fixtures"), "\(path) is not in the table")
            for file in try names(in: path) where !file.hasSuffix(".blocks") && !file.hasSuffix(".floats") {
                #expect(
                    table.contains("\(file)`") || table.contains("\(file)/`"),
                    "\(path)/\(file) is not in the table")
            }
        }
    }
}
