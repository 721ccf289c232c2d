import Foundation
import ModelFiles
import TestSupport
import Testing

/// Files of writers other than llama.cpp's, and keys that llama.cpp reads in its own way.
@Suite struct ForeignGGUFTests {
    private func open(_ gguf: GGUFBytes) throws -> ModelSource {
        let folder = try TemporaryFolder()
        return try ModelSource(path: folder.write(gguf.bytes, to: "foreign.gguf"))
    }

    private func configuration(_ gguf: GGUFBytes) throws -> [String: Any] {
        let object = try JSONSerialization.jsonObject(with: Data(open(gguf).configuration))
        return try #require(object as? [String: Any])
    }

    private func vocabulary(_ gguf: GGUFBytes) throws -> GGUFVocabulary {
        guard case .gguf(let vocabulary) = try open(gguf).vocabulary else { throw CancellationError() }
        return vocabulary
    }

    private func llama(base: Bool = true) -> GGUFBytes {
        var gguf = GGUFBytes()
        gguf.addModel("llama", heads: 2, width: 8)
        gguf.add("llama.attention.layer_norm_rms_epsilon", Float(1e-5))
        gguf.data = [UInt8](repeating: 0, count: 32)
        return gguf
    }

    /// llama.cpp, `llama_model_base::load_hparams`: "linear" where no type stands, and the old key of the factor.
    @Test(
        arguments: [
            (["rope.scaling.factor": 2], nil, 2), (["rope.scale_linear": 2], nil, 2),
            (["rope.scale_linear": 4, "rope.scaling.factor": 2], nil, 2),
            (["rope.scale_linear": 2], "linear", 2),
            (["rope.scaling.factor": 2], "none", nil), (["rope.scaling.factor": 1], nil, nil),
            (["rope.scaling.factor": 0], nil, nil), ([:], "linear", nil),
        ] as [([String: Float], String?, Double?)])
    func aFactorIsLinearWhereNoTypeStands(
        _ values: [String: Float], _ type: String?, _ factor: Double?
    ) throws {
        var gguf = llama()
        for (key, value) in values { gguf.add("llama.\(key)", value) }
        if let type { gguf.add("llama.rope.scaling.type", type) }
        let scaling = try configuration(gguf)["rope_scaling"] as? [String: Any]
        #expect(scaling?["factor"] as? Double == factor)
        #expect(scaling?["rope_type"] as? String == factor.map { _ in "linear" })
    }

    @Test(arguments: [
        "attention.clamp_kqv", "attention.max_alibi_bias", "logit_scale", "residual_scale", "embedding_scale",
        "final_logit_softcapping", "rope.freq_base_swa", "rope.scaling.yarn_log_multiplier",
        "attention.scale",
    ])
    func keysThatWouldChangeTheResultAreRefused(_ key: String) throws {
        var gguf = llama()
        gguf.add("llama.\(key)", Float(7))
        #expect { _ = try open(gguf) } throws: { "\($0)".contains("metadata value llama.\(key)") }
    }

    @Test func keysThatChangeNothingAreNot() throws {
        var gguf = llama()
        gguf.add("llama.logit_scale", Float(1))
        gguf.add("llama.expert_count", UInt32(0))
        gguf.add("llama.vocab_size", UInt32(1))
        #expect(try open(gguf).notes.isEmpty)
        gguf.add("llama.my_own_key", UInt32(3))
        #expect(try open(gguf).notes == ["metadata that is passed over: llama.my_own_key"])
    }

    @Test func numbersOfAnyKindServe() throws {
        var gguf = llama()
        gguf.add("llama.rope.freq_base", UInt32(50_000))  // a float in llama.cpp's files
        gguf.add("llama.rope.dimension_count", Float(4))  // a whole number there
        gguf.add("tokenizer.ggml.add_bos_token", kind: 0, [1])  // a flag there
        gguf.add(
            "tokenizer.ggml.token_type", kind: 9, little(UInt32(4)) + little(UInt64(1)) + little(UInt32(6)))
        gguf.add(
            "tokenizer.ggml.scores", kind: 9,
            little(UInt32(12)) + little(UInt64(1)) + little(Double(-2.5).bitPattern))
        #expect(try configuration(gguf)["rope_theta"] as? Double == 50_000)
        let vocabulary = try vocabulary(gguf)
        #expect(vocabulary.addsBOS == true && vocabulary.kinds == [6] && vocabulary.scores == [-2.5])
    }

    @Test func tokensWithoutTypesArePlainButThoseThatAreNamed() throws {
        var gguf = GGUFBytes()
        gguf.addModel("llama", heads: 2, width: 8)
        gguf.add("llama.attention.layer_norm_rms_epsilon", Float(1e-5))
        gguf.data = [UInt8](repeating: 0, count: 32)
        #expect(try vocabulary(gguf).kinds == [1] && vocabulary(gguf).ends.isEmpty)
        gguf.add("tokenizer.ggml.eot_token_id", UInt32(0))
        #expect(
            try vocabulary(gguf).kinds == [3] && vocabulary(gguf).ends == [0] && open(gguf).endTokens() == [0]
        )
    }
}
