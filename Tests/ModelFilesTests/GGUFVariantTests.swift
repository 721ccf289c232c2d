import Foundation
import Kernels
import ModelFiles
import TestSupport
import Testing

/// What files hold that today's converters no longer write, or not for any tiny model of the reference.
@Suite struct GGUFVariantTests {
    private func model(_ gguf: GGUFBytes) throws -> ModelSource {
        let folder = try TemporaryFolder()
        return try ModelSource(path: folder.write(gguf.bytes, to: "variant.gguf"))
    }

    private func configuration(_ gguf: GGUFBytes) throws -> [String: Any] {
        let object = try JSONSerialization.jsonObject(with: Data(model(gguf).configuration))
        return try #require(object as? [String: Any])
    }

    private func floats(_ values: some Sequence<Float>) -> [UInt8] {
        values.flatMap { little($0.bitPattern) }
    }

    private func phi2() -> GGUFBytes {
        var gguf = GGUFBytes()
        gguf.addModel("phi2", heads: 2, width: 4)
        gguf.add("phi2.attention.layer_norm_epsilon", Float(1e-5))
        gguf.add("phi2.attention.head_count_kv", UInt32(1))
        return gguf
    }

    /// Phi 2 was published with its queries, keys and values in one weight: 4, 2 and 2 rows.
    @Test func queriesKeysAndValuesAreParted() throws {
        var gguf = phi2()
        gguf.addTensor("blk.0.attn_qkv.weight", dims: [4, 8], offset: 32)
        gguf.addTensor("blk.0.attn_qkv.bias", dims: [8], offset: 160)
        gguf.data = [UInt8](repeating: 0, count: 32) + floats((0..<40).map(Float.init))
        let model = try model(gguf)
        for (part, start, rows) in [("q", 0, 4), ("k", 4, 2), ("v", 6, 2)] {
            let weight = try #require(model.tensors["model.layers.0.self_attn.\(part)_proj.weight"])
            let bias = try #require(model.tensors["model.layers.0.self_attn.\(part)_proj.bias"])
            #expect(weight.shape == [rows, 4] && bias.shape == [rows])
            #expect(weight.matrix.expanded() == (4 * start..<4 * (start + rows)).map(Float.init))
            #expect(bias.matrix.expanded() == (32 + start..<32 + start + rows).map(Float.init))
        }
        #expect(model.tensors.count == 7)
    }

    @Test func partsThatAreTooShortOrThereTwiceAreRefused() throws {
        var short = phi2()
        short.addTensor("blk.0.attn_qkv.weight", dims: [4, 7], offset: 32)
        short.data = [UInt8](repeating: 0, count: 160)
        #expect(throws: ModelFileError.self) { try model(short) }
        var twice = phi2()
        twice.addTensor("blk.0.attn_qkv.bias", dims: [8], offset: 32)
        twice.addTensor("blk.0.attn_q.bias", dims: [4], offset: 64)
        twice.data = [UInt8](repeating: 0, count: 96)
        #expect(throws: ModelFileError.self) { try model(twice) }
    }

    /// Factors for single frequencies that no parameters of Llama 3 give.
    @Test func otherFactorsAreALongRopeThatIsAlwaysTheSame() throws {
        var gguf = GGUFBytes()
        gguf.addLlama(heads: 1, width: 4)
        gguf.addTensor("rope_freqs.weight", dims: [2], offset: 32)
        gguf.data = [UInt8](repeating: 0, count: 32) + floats([3, 2])
        let scaling = try #require(configuration(gguf)["rope_scaling"] as? [String: Any])
        let expected: [String: Any] = [
            "rope_type": "longrope", "attention_factor": 1, "original_max_position_embeddings": 8,
            "short_factor": [3, 2], "long_factor": [3, 2],
        ]
        #expect(NSDictionary(dictionary: scaling) == NSDictionary(dictionary: expected))
    }

    /// Nothing that turns the heads is passed over: not half of Phi 3's factors, and none where none belong.
    @Test(arguments: [("phi3", "rope_factors_short"), ("gpt2", "rope_freqs"), ("gptneox", "rope_freqs")])
    func factorsWithoutAMeaningAreRefused(name: String, factors: String) throws {
        var gguf = GGUFBytes()
        gguf.addModel(name, heads: 1, width: 4)
        gguf.add("\(name).attention.layer_norm_epsilon", Float(1e-6))
        gguf.add("\(name).attention.layer_norm_rms_epsilon", Float(1e-6))
        gguf.data = [UInt8](repeating: 0, count: 32) + floats([3, 2])
        _ = try model(gguf)
        gguf.addTensor("\(factors).weight", dims: [2], offset: 32)
        #expect(throws: ModelFileError.self) { try model(gguf) }
    }

    @Test func factorsOfOneScaleNothing() throws {
        var gguf = GGUFBytes()
        gguf.addLlama(heads: 1, width: 4)
        gguf.addTensor("rope_freqs.weight", dims: [2], offset: 32)
        gguf.data = [UInt8](repeating: 0, count: 32) + floats([1, 1])
        #expect(try configuration(gguf)["rope_scaling"] == nil)
        #expect(try model(gguf).tensors.count == 1)
    }

    /// Gemma's largest models divide by another width than a head's; the file does not say so.
    @Test(arguments: [("gemma2", 46, 3), ("gemma2", 45, 4), ("gemma3", 62, 3), ("gemma3", 46, 4)])
    func gemmasQueryScalarFollowsFromItsSize(name: String, layers: UInt32, scalar: Int) throws {
        var gguf = GGUFBytes()
        gguf.addModel(name, heads: 2, width: 6, layers: layers)
        gguf.add("\(name).attention.layer_norm_rms_epsilon", Float(1e-6))
        gguf.add("\(name).attention.key_length", UInt32(4))
        gguf.data = [UInt8](repeating: 0, count: 32)
        #expect(try configuration(gguf)["query_pre_attn_scalar"] as? Int == scalar)
    }

    /// Without a window every layer of a Gemma 3 sees all positions.
    @Test func gemmaWithoutAWindowSeesAll() throws {
        var gguf = GGUFBytes()
        gguf.addModel("gemma3", heads: 2, width: 4, layers: 3)
        gguf.add("gemma3.attention.layer_norm_rms_epsilon", Float(1e-6))
        gguf.data = [UInt8](repeating: 0, count: 32)
        let configuration = try configuration(gguf)
        #expect(configuration["layer_types"] as? [String] == Array(repeating: "full_attention", count: 3))
        #expect(configuration["sliding_window"] == nil)
    }

    @Test func olmo3IsNotTakenForOlmo2() throws {
        var gguf = GGUFBytes()
        gguf.addModel("olmo2", heads: 2, width: 4)
        gguf.add("olmo2.attention.layer_norm_rms_epsilon", Float(1e-6))
        gguf.data = [UInt8](repeating: 0, count: 32)
        _ = try model(gguf)
        gguf.add("olmo2.attention.sliding_window", UInt32(4096))
        #expect(throws: ModelFileError.self) { try model(gguf) }
    }
}
