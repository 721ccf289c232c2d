import Foundation
import TestSupport
import Testing

@Suite struct DemoTests {
    let folder: TemporaryFolder
    let model: String

    init() throws {
        folder = try TemporaryFolder()
        model = try Tool.tinyModel(in: folder)
    }

    func demo() throws -> Tool.Outcome {
        try Tool.run([
            "demo", "--model", model, "--output", folder.file("demo"), "--steps", "1", "--limit", "2",
        ])
    }

    /// The tool brings its tasks: nothing of the repository is needed.
    @Test func itRunsWithoutTheRepository() throws {
        let first = try demo()
        #expect(first.code == 0, "\(first.errors)")
        for name in ["arithmetic", "arithmetic-train", "cause-effect", "code"] {
            let own = try Data(contentsOf: URL(filePath: folder.file("demo/tasks/\(name).jsonl")))
            let kept = repositoryPath("notebooks-data/tasks/\(name).jsonl")
            #expect(try own == Data(contentsOf: URL(filePath: kept)), "\(name)")
        }
        // A second time nothing is computed, and the outcome is shown again.
        let report = folder.file("demo/report.html")
        let before = try FileManager.default.attributesOfItem(atPath: report)[.modificationDate] as? Date
        let second = try demo()
        #expect(second.code == 0, "\(second.errors)")
        #expect(second.errors.contains("is there already"))
        #expect(second.output.contains("The measurements are in"))
        #expect(
            try FileManager.default.attributesOfItem(atPath: report)[.modificationDate] as? Date == before)
    }
}
