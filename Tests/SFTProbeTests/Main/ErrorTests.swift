import Foundation
import TestSupport
import Testing

/// Everything that can be wrong with what a user gives: its sentence, its exit code, and nothing half-written.
@Suite struct ErrorTests {
    static let model = repositoryPath("notebooks-data/reference/tiny-llama/gqa-tied.f32.gguf")

    static let goodLine = #"{"prompt": "ab", "completion": "cd"}"#

    /// Attribution with these arguments in a folder of its own; the folder is empty afterwards but for the data.
    func attribute(
        model: String = ErrorTests.model, data: [String]? = [goodLine], output: String = "out.h5",
        more: [String] = []
    ) throws -> Tool.Outcome {
        let folder = try TemporaryFolder()
        let dataPath = folder.path + "/data.jsonl"
        if let data {
            try data.joined(separator: "\n").write(toFile: dataPath, atomically: true, encoding: .utf8)
        }
        let outcome = try Tool.run(
            [
                "attribute", "--model", model, "--data", dataPath, "--task", "t", "--output",
                folder.path + "/" + output,
            ]
                + more)
        if outcome.code != 0 {
            let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(left.filter { $0 != "data.jsonl" } == [], "nothing half-written")
        }
        return outcome
    }

    func expect(_ outcome: Tool.Outcome, _ code: Int32, _ words: String...) {
        #expect(outcome.code == code, "\(outcome.errors)")
        for word in words { #expect(outcome.errors.contains(word), "\(outcome.errors)") }
        #expect(!outcome.errors.contains("Fatal error"))
    }

    @Test func aMissingModel() throws {
        expect(
            try attribute(model: "/nowhere/model.gguf"), 66, "/nowhere/model.gguf", "no such file or folder")
    }

    @Test func missingData() throws {
        expect(try attribute(data: nil), 66, "data.jsonl", "no such file")
    }

    @Test func aTruncatedGGUF() throws {
        let folder = try TemporaryFolder()
        let whole = try Data(contentsOf: URL(filePath: Self.model))
        for length in [3, 100, 3000, whole.count - 10] {
            let path = folder.path + "/cut.gguf"
            try whole.prefix(length).write(to: URL(filePath: path))
            expect(try attribute(model: path), 65, "cut.gguf", "expected")
        }
    }

    @Test func anUnsupportedArchitecture() throws {
        let folder = try TemporaryFolder()
        var bytes = [UInt8](try Data(contentsOf: URL(filePath: Self.model)))
        let key = Array("general.architecture".utf8)
        let start = try #require(bytes.indices.first { bytes[$0...].starts(with: key) })
        let value = start + key.count + 4 + 8  // type, then the length of the text
        bytes.replaceSubrange(value..<value + 5, with: Array("mamba".utf8))
        let path = folder.path + "/mamba.gguf"
        try Data(bytes).write(to: URL(filePath: path))
        expect(try attribute(model: path), 65, "mamba", "llama")
    }

    @Test func aBadLine() throws {
        let lines = Array(repeating: Self.goodLine, count: 16) + [#"{"prompt": "ab", "completion": 3}"#]
        expect(try attribute(data: lines), 65, "line 17", "completion")
        let skipped = try attribute(data: lines, more: ["--skip-bad-lines"])
        expect(skipped, 0, "skipped", "line 17")
    }

    @Test func anEmptyAnswer() throws {
        let empty = #"{"prompt": "ab", "completion": ""}"#
        expect(try attribute(data: [empty]), 65, "line 1", "empty")
        expect(try attribute(data: [Self.goodLine, empty]), 0, "left out", "line 2")
    }

    @Test func anExampleLongerThanTheContext() throws {
        let long = String(repeating: "a b ", count: 200)
        expect(
            try attribute(data: [#"{"prompt": "\#(long)", "completion": "cd"}"#]), 0, "cut", "line 1",
            "context of 256")
        expect(
            try attribute(data: [#"{"prompt": "ab", "completion": "\#(long)"}"#]), 65, "line 1",
            "context is 256")
    }

    @Test func anOutputFolderThatIsNotThere() throws {
        expect(try attribute(output: "no/such/out.h5"), 73, "does not exist")
    }

    @Test func anOutputThatIsNoMeasurementFile() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/notes.h5"
        try "hello".write(toFile: path, atomically: true, encoding: .utf8)
        let outcome = try Tool.run(
            [
                "attribute", "--model", Self.model, "--data", folder.path + "/data.jsonl", "--task", "t",
                "--output", path,
            ])
        expect(outcome, 65, "notes.h5", "not an HDF5 file")
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "hello")
    }

    @Test func wrongUsage() throws {
        expect(try Tool.run(["attribute"]), 64, "--model")
        expect(try attribute(more: ["--reduction", "median"]), 64, "example-mean")
        expect(try attribute(more: ["--threads", "0"]), 64, "--threads")
    }
}
