import Foundation
import Kernels
import ModelFiles
import TestSupport
import Testing

@Suite struct SafetensorsTests {
    private struct Numbers: Decodable {
        let shape: [Int], values: [Float]
    }

    @Test(arguments: ["single", "sharded"])
    func aFoldersTensorsAreTheReferences(name: String) throws {
        let json = try Data(contentsOf: URL(filePath: fixture("plain.json", of: "ModelFilesTests")))
        let expected = try JSONDecoder().decode([String: Numbers].self, from: json)
        let model = try ModelSource(path: fixture(name, of: "ModelFilesTests"))
        #expect(model.tensors.keys.sorted() == expected.keys.sorted())
        for (name, numbers) in expected {
            #expect(model.tensors[name]?.shape == numbers.shape, "\(name)")
            #expect(model.tensors[name]?.matrix.expanded() == numbers.values, "\(name)")
        }
        #expect(model.formats == ["F32": 4, "F16": 1, "BF16": 1])
        #expect(model.files.count == (name == "single" ? 1 : 2))
        #expect(String(decoding: model.configuration, as: UTF8.self).contains("\"hidden_size\": 4"))
        let cube = try #require(model.tensors["model.cube"])
        #expect((cube.matrix.rows, cube.matrix.columns) == (6, 4))
    }

    @Test func aFileAloneIsNoModel() {
        let path = fixture("tiny.safetensors", of: "ModelFilesTests")
        #expect(
            throws: ModelFileError.unsupported(
                path: path, place: "model", found: "a single safetensors file",
                supported: ["the folder that holds it, with its config.json"])
        ) { try ModelSource(path: path) }
    }

    @Test func metadataWithEscapesIsRead() throws {
        let file = try Safetensors(path: fixture("tiny.safetensors", of: "ModelFilesTests"))
        #expect(file.metadata == ["format": "pt", "note": "naïve \"quotes\""])
    }

    @Test func whatIsWrittenIsReadBack() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/out.safetensors"
        try Data("old".utf8).write(to: URL(filePath: path))
        try writeSafetensors(
            [
                (name: "b", shape: [2, 3], values: [1, -2, .infinity, 4, 5, 6]),
                (name: "a \"ü\" / \u{1}", shape: [], values: [7]), (name: "none", shape: [0, 9], values: []),
            ],
            metadata: ["format": "pt", "q": "\"\\\n"], to: path)
        let file = try Safetensors(path: path)
        #expect(file.metadata == ["format": "pt", "q": "\"\\\n"])
        #expect(file.tensors.keys.sorted() == ["a \"ü\" / \u{1}", "b", "none"])
        #expect(file.tensors["b"]?.matrix.expanded() == [1, -2, .infinity, 4, 5, 6])
        #expect(file.tensors["a \"ü\" / \u{1}"]?.matrix.expanded() == [7])
        #expect(file.tensors["none"]?.shape == [0, 9])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["out.safetensors"])
    }

    @Test func whereNothingCanBeWrittenTheReasonIsSaid() {
        #expect(
            throws: ModelFileError.unwritable(
                path: "/nowhere/x.safetensors", reason: "No such file or directory")
        ) { try writeSafetensors([], to: "/nowhere/x.safetensors") }
    }
}
