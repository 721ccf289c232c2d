import Foundation
import Kernels
import ModelFiles
import TestSupport
import Testing

/// Folders as other people's programs leave them.
@Suite struct ForeignFolderTests {
    private func write(
        _ files: [String: [String: Float]], index: [String: String], in folder: TemporaryFolder
    ) throws -> String {
        for (file, tensors) in files {
            try writeSafetensors(
                tensors.sorted { $0.key < $1.key }.map { (name: $0.key, shape: [1], values: [$0.value]) },
                to: "\(folder.path)/\(file)")
        }
        let json = try JSONSerialization.data(withJSONObject: ["weight_map": index])
        _ = try folder.write(json, to: "model.safetensors.index.json")
        _ = try folder.write(Data("{}".utf8), to: "config.json")
        return folder.path
    }

    /// A shard holds an older copy of a tensor that the index puts elsewhere, and one that it does not name.
    @Test func theIndexSaysWhichTensorCounts() throws {
        let folder = try TemporaryFolder()
        let path = try write(
            ["1.safetensors": ["a": 1, "b": 2, "c": 3], "2.safetensors": ["b": 20]],
            index: ["a": "1.safetensors", "b": "2.safetensors"], in: folder)
        let model = try ModelSource(path: path)
        #expect(model.tensors.mapValues { $0.matrix.expanded() } == ["a": [1], "b": [20]])
        #expect(model.notes.count == 1 && model.notes[0].contains("2, such as b"), "\(model.notes)")
    }

    @Test func aTensorThatIsNotWhereTheIndexHasItIsMissed() throws {
        let folder = try TemporaryFolder()
        let path = try write(
            ["1.safetensors": ["a": 1, "b": 2], "2.safetensors": ["c": 20]],
            index: ["a": "1.safetensors", "b": "2.safetensors", "c": "2.safetensors"], in: folder)
        #expect { _ = try ModelSource(path: path) } throws: {
            "\($0)".contains("tensor b: expected it in 2.safetensors")
        }
    }

    @Test(
        arguments: [
            ("{}", nil, []), (#"{"eos_token_id": 3}"#, nil, [3]),
            (#"{"eos_token_id": [5, 3]}"#, nil, [3, 5]),
            (#"{"eos_token_id": null}"#, #"{"eos_token_id": 7}"#, [7]),
            (#"{"eos_token_id": 3}"#, #"{"eos_token_id": [3, 9], "temperature": 0.6}"#, [3, 9]),
        ] as [(String, String?, [Int])])
    func endsAreNumbersOrLists(_ config: String, _ generation: String?, _ ends: [Int]) throws {
        let folder = try TemporaryFolder()
        _ = try folder.write(Data(config.utf8), to: "config.json")
        try writeSafetensors([(name: "a", shape: [1], values: [0])], to: "\(folder.path)/model.safetensors")
        if let generation { _ = try folder.write(Data(generation.utf8), to: "generation_config.json") }
        #expect(try ModelSource(path: folder.path).endTokens() == ends)
    }

    @Test(arguments: [#"{"eos_token_id": "a"}"#, #"{"eos_token_id": [1, -2]}"#, "[1]"])
    func endsThatAreNoIdsAreRefused(_ generation: String) throws {
        let folder = try TemporaryFolder()
        _ = try folder.write(Data("{}".utf8), to: "config.json")
        try writeSafetensors([(name: "a", shape: [1], values: [0])], to: "\(folder.path)/model.safetensors")
        _ = try folder.write(Data(generation.utf8), to: "generation_config.json")
        let model = try ModelSource(path: folder.path)
        #expect { _ = try model.endTokens() } throws: { "\($0)".contains("generation_config.json") }
    }
}
