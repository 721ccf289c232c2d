import Foundation
import ModelFiles
import Tensor
import TestSupport
import Testing
import Transformers

/// Whole models written to folders, with adapters merged.
@Suite struct WritingModelTests {
    struct Written {
        let folder: TemporaryFolder
        let path: String
        let decoder: Decoder
        var source: ModelSource { get throws { try ModelSource(path: path) } }
        var configuration: String { get throws { String(decoding: try source.configuration, as: UTF8.self) } }
    }

    func write(
        _ name: String, model: String? = nil, as type: NumberType = .f32, shardBytes: Int = 5_000_000_000
    ) throws -> Written {
        let example = AdapterCase(name)
        let source = try ModelSource(path: repositoryPath(model ?? example.model))
        let decoder = try Decoder(source).adapted(by: AdapterFolder(path: example.path)).decoder
        let folder = try TemporaryFolder()
        let written = Written(folder: folder, path: folder.file("model"), decoder: decoder)
        try decoder.outgoing(from: source, as: type, companions: []).write(
            to: written.path, shardBytes: shardBytes)
        return written
    }

    func losses(_ written: Written, _ name: String) throws -> (difference: Float, scale: Float) {
        let decoder = try Decoder(written.source)
        let batch = try Batch(AdapterCase(name).sequences())
        return distance(decoder.tokenLosses(batch).elements, try AdapterCase(name).losses())
    }

    @Test(arguments: AdapterCase.all)
    func theFolderIsTheAdaptedModel(_ example: AdapterCase) throws {
        let found = try losses(write(example.name), example.name)
        #expect(found.difference <= 1e-5 * found.scale)
    }

    @Test func aModelFromGGUFIsTurnedRoundAgain() throws {
        let written = try write(
            "gpt2-bias-all", model: "notebooks-data/reference/families/gpt2/model.f32.gguf")
        #expect(try written.source.tensors["transformer.h.0.attn.c_attn.weight"]?.shape == [32, 96])
        let found = try losses(written, "gpt2-bias-all")
        #expect(found.difference <= 1e-5 * found.scale)
    }

    @Test func manyFilesHaveAnIndex() throws {
        let written = try write("saved-tied-head", shardBytes: 10_000)
        let files = try FileManager.default.contentsOfDirectory(atPath: written.path).sorted()
        let shards = files.filter { $0.hasSuffix(".safetensors") }
        #expect(shards.count > 2 && shards[0].hasPrefix("model-00001-of-000"))
        #expect(files.contains("model.safetensors.index.json"))
        #expect(written.folder.contents == ["model"])
        let found = try losses(written, "saved-tied-head")
        #expect(found.difference <= 1e-5 * found.scale)
    }

    @Test func theTypeIsTheOneAskedFor() throws {
        for (type, name, tolerance) in [(NumberType.bf16, "bfloat16", Float(3e-2)), (.f16, "float16", 3e-3)] {
            let written = try write("plain", as: type)
            #expect(try written.source.formats.keys.map { $0 } == [type.rawValue])
            #expect(try written.configuration.contains("\"dtype\": \"\(name)\""))
            let found = try losses(written, "plain")
            #expect(found.difference <= tolerance * found.scale && found.difference > 1e-5)
        }
    }

    /// Everything in config.json stays as it was, letter by letter, but for the type and a head that came loose.
    @Test func theConfigurationIsKept() throws {
        let source = try ModelSource(path: repositoryPath(AdapterCase("saved-tied-head").model))
        let before = String(decoding: source.configuration, as: UTF8.self)
        let after = try write("saved-tied-head").configuration
        #expect(before.contains("\"tie_word_embeddings\": true"))
        #expect(
            after
                == before.replacing("\"tie_word_embeddings\": true", with: "\"tie_word_embeddings\": false"))
    }
}
