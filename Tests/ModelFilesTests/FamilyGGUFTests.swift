import Foundation
import Kernels
import ModelFiles
import TestSupport
import Testing

/// The tiny models of each family, in a folder and as the GGUF file that a converter makes of it.
@Suite struct FamilyGGUFTests {
    private static let folder = repositoryPath("notebooks-data/reference/families")

    static let families = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
        .filter { gguf($0) != nil }.sorted()

    /// The file of a family; the second name says that GGUF cannot tell all of the folder's configuration.
    static func gguf(_ family: String) -> String? {
        ["f32", "changed"].map { "\(folder)/\(family)/model.\($0).gguf" }
            .first(where: FileManager.default.fileExists(atPath:))
    }

    @Test func everyArchitectureHasAnExample() throws {
        var found: Set<String> = []
        for family in Self.families { found.insert(try Self.architecture(family)) }
        let wanted: Set = [
            "llama", "qwen2", "qwen3", "smollm3", "gemma2", "gemma3", "gpt2", "gptneox", "phi2", "phi3",
            "olmo2", "stablelm",
        ]
        #expect(found == wanted)
    }

    /// Names, shapes and numbers are the folder's: to the bit, save where the converter's 1 + w was rounded.
    @Test(arguments: families)
    func tensorsAreTheFolders(family: String) throws {
        let gguf = try ModelSource(path: #require(Self.gguf(family)))
        let expected = try Self.folderTensors(family)
        let isGemma = family.hasPrefix("gemma")
        let isGPT2 = try Self.configuration(gguf)["sft_probe_conv1d_transposed"] != nil
        #expect(gguf.tensors.keys.sorted() == expected.keys.sorted())
        for (name, tensor) in expected {
            let stored = try #require(gguf.tensors[name])
            let conv1D = isGPT2 && name.hasPrefix("transformer.h.") && tensor.shape.count == 2
            #expect(stored.shape == (conv1D ? tensor.shape.reversed() : tensor.shape), "\(name)")
            let numbers = tensor.matrix.expanded()
            let logical = conv1D ? Self.transposed(numbers, columns: tensor.matrix.columns) : numbers
            if isGemma && name.hasSuffix("norm.weight") {
                #expect(stored.matrix.expanded() == logical.map { ($0 + 1) - 1 }, "\(name)")
            } else {
                #expect(stored.matrix.expanded() == logical, "\(name)")
            }
        }
    }

    /// `gguf-config.json` was written from the folder's configuration, and transformers reads it as the same.
    @Test(arguments: families)
    func configurationIsTheFolders(family: String) throws {
        let found = try Self.configuration(ModelSource(path: #require(Self.gguf(family))))
        let expected = try Self.object(
            Data(contentsOf: URL(filePath: "\(Self.folder)/\(family)/gguf-config.json")))
        for key in Set(found.keys).union(expected.keys).sorted() {
            #expect(
                Self.agree(found[key], expected[key]), "\(key): \(found[key] ?? "-"), \(expected[key] ?? "-")"
            )
        }
    }

    /// By the names that transformers 5 gives them in memory: some are older in files.
    private static func folderTensors(_ family: String) throws -> [String: StoredTensor] {
        let tensors = try ModelSource(path: "\(folder)/\(family)").tensors
        let isGPT2 = family.hasPrefix("gpt2")
        return Dictionary(
            uniqueKeysWithValues: tensors.map { name, tensor in
                (
                    name == "embed_out.weight" ? "lm_head.weight" : isGPT2 ? "transformer.\(name)" : name,
                    tensor
                )
            })
    }

    private static func transposed(_ numbers: [Float], columns: Int) -> [Float] {
        let rows = numbers.count / columns
        return (0..<numbers.count).map { numbers[$0 % rows * columns + $0 / rows] }
    }

    private static func configuration(_ model: ModelSource) throws -> [String: Any] {
        try object(Data(model.configuration))
    }

    private static func object(_ data: Data) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    /// Equal, numbers as far as `Float` carries them.
    private static func agree(_ a: Any?, _ b: Any?) -> Bool {
        switch (a, b) {
        case (let a as [String: Any], let b as [String: Any]):
            Set(a.keys) == Set(b.keys) && a.keys.allSatisfy { agree(a[$0], b[$0]) }
        case (let a as [Any], let b as [Any]):
            a.count == b.count && zip(a, b).allSatisfy(agree)
        case (let a as NSNumber, let b as NSNumber):
            abs(a.doubleValue - b.doubleValue) <= 1e-6 * abs(b.doubleValue)
        case (let a as String, let b as String): a == b
        default: false
        }
    }

    private static func architecture(_ family: String) throws -> String {
        let bytes = try Data(contentsOf: URL(filePath: #require(gguf(family))))
        let key = try #require(bytes.range(of: Data(text("general.architecture") + little(UInt32(8)))))
        let start = key.upperBound + 8  // behind the length, whose first byte is all there is of it
        return String(decoding: bytes[start..<start + Int(bytes[key.upperBound])], as: UTF8.self)
    }
}
