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

    /// Halfway cases go to the even neighbour.
    @Test func sixteenBitsAreTheNearest() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/half.safetensors"
        let values: [Float] = [1 + 0x1p-8, 1 + 0x3p-8, 1 + 0x1.8p-8, -0.1, 0, .infinity, 65519, 3e-8]
        let tensor = OutgoingTensor(name: "x", shape: [8]) { values }
        try writeSafetensors([tensor], as: .bf16, to: path)
        let bf16 = try Safetensors(path: path).tensors["x"]?.matrix
        #expect(bf16?.format == .bf16)
        #expect(
            bf16?.expanded() == [1, 1 + 0x1p-6, 1 + 0x1p-7, -0.10009765625, 0, .infinity, 65536, 0x1.02p-25])
        try writeSafetensors([tensor], as: .f16, to: path)
        let f16 = try Safetensors(path: path).tensors["x"]?.matrix
        #expect(f16?.expanded() == values.map { Float(Float16($0)) })
        let large = OutgoingTensor(name: "y", shape: [1]) { [70_000] }
        let error = #expect(throws: ModelFileError.self) { try writeSafetensors([large], as: .f16, to: path) }
        #expect(error?.description.contains("tensor y: 70000.0 is too large for float16") == true)
        #expect(try Safetensors(path: path).tensors["x"] != nil)
    }

    @Test func aFolderIsWrittenWholeOrNotAtAll() throws {
        let folder = try TemporaryFolder()
        let large = OutgoingTensor(name: "y", shape: [1]) { [70_000] }
        let model = OutgoingModel(
            configuration: Array("{}".utf8), tensors: [large], type: .f16, companions: [])
        #expect(throws: ModelFileError.self) { try model.write(to: folder.path + "/model") }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    }

    @Test(arguments: [
        ("{}", "{\n  \"a\": 1}"), ("{\"b\": 2}", "{\n  \"a\": 1,\"b\": 2}"),
        ("{ \"a\" : null, \"b\": \"\\\"a\\\": 3\"}", "{ \"a\" : 1, \"b\": \"\\\"a\\\": 3\"}"),
        ("{\"aa\": 5.0, \"a\": 0.5}", "{\"aa\": 5.0, \"a\": 1}"),
        (
            "{\"b\": [{\"a\": NaN}, {\"a\": [2]}], \"a\":-1e-5}",
            "{\"b\": [{\"a\": 1}, {\"a\": [2]}], \"a\":1}"
        ),
        ("{\"a\": 2", "{\"a\": 2"),
    ])
    func oneValueIsChanged(_ before: String, _ after: String) {
        #expect(String(decoding: settingJSON("a", to: "1", in: Array(before.utf8)), as: UTF8.self) == after)
    }
}
