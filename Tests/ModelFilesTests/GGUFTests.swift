import Foundation
import Kernels
import ModelFiles
import TestSupport
import Testing

@Suite struct GGUFTests {
    private func tiny() throws(ModelFileError) -> ModelSource {
        try ModelSource(path: fixture("tiny.gguf", of: "ModelFilesTests"))
    }

    /// Every tensor of the file that the `gguf` package wrote, under its Hugging Face name, with its rows in order.
    @Test func tensorsAreTheReferences() throws {
        let model = try tiny()
        let expected = try Safetensors(path: fixture("tiny.safetensors", of: "ModelFilesTests"))
        #expect(model.tensors.keys.sorted() == expected.tensors.keys.sorted())
        for (name, tensor) in expected.tensors {
            #expect(model.tensors[name]?.shape == tensor.shape, "\(name)")
            #expect(model.tensors[name]?.matrix.expanded() == tensor.matrix.expanded(), "\(name)")
        }
        #expect(model.formats == ["F32": 7, "F16": 3, "BF16": 2, "Q4_0": 2, "Q4_1": 4, "Q8_0": 2])
        #expect(model.files == [model.path])
    }

    @Test func vocabularyIsTheReferences() throws {
        struct Expected: Decodable {
            let tokens: [String], kinds: [Int], merges: [String], template: String
        }
        let json = try Data(contentsOf: URL(filePath: fixture("tiny.json", of: "ModelFilesTests")))
        let expected = try JSONDecoder().decode(Expected.self, from: json)
        guard case .gguf(let vocabulary) = try tiny().vocabulary else {
            Issue.record("the vocabulary of a GGUF file is inside it")
            return
        }
        #expect(vocabulary.model == "gpt2" && vocabulary.pre == "smollm")
        #expect(vocabulary.tokens == expected.tokens && vocabulary.kinds == expected.kinds)
        #expect(vocabulary.merges == expected.merges && vocabulary.scores == nil)
        #expect((vocabulary.bos, vocabulary.eos) == (0, 1))
        #expect((vocabulary.unknown, vocabulary.padding) == (nil, nil))
        #expect((vocabulary.addsBOS, vocabulary.addsEOS) == (false, nil))
        #expect(vocabulary.addsSpacePrefix == nil && vocabulary.chatTemplate == expected.template)
    }

    @Test func configurationHasHuggingFaceKeys() throws {
        let object = try JSONSerialization.jsonObject(with: Data(try tiny().configuration))
        let configuration = try #require(object as? [String: Any])
        let expected: [String: Any] = [
            "model_type": "llama", "architectures": ["LlamaForCausalLM"], "hidden_act": "silu",
            "hidden_size": 64, "intermediate_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2,
            "num_key_value_heads": 1, "head_dim": 32, "vocab_size": 96, "max_position_embeddings": 128,
            "rms_norm_eps": 1e-5, "rope_theta": 50000, "attention_bias": false, "mlp_bias": false,
            "tie_word_embeddings": true, "bos_token_id": 0, "eos_token_id": 1,
        ]
        #expect(NSDictionary(dictionary: configuration) == NSDictionary(dictionary: expected))
    }

    @Test func aFolderWithOneGGUFIsThatModel() throws {
        let folder = try TemporaryFolder()
        let bytes = try Data(contentsOf: URL(filePath: fixture("small.gguf", of: "ModelFilesTests")))
        let file = try folder.write(bytes, to: "a.gguf")
        #expect(try ModelSource(path: folder.path).files == [file])
        _ = try folder.write(bytes, to: "b.gguf")
        #expect(throws: ModelFileError.self) { try ModelSource(path: folder.path) }
    }

    @Test func aMissingFileIsToldFromABadOne() throws {
        #expect(
            throws: ModelFileError.missing(
                path: "/no.gguf", advice: "name a model folder, a .gguf file or a model in the cache")
        ) {
            try ModelSource(path: "/no.gguf")
        }
        let folder = try TemporaryFolder()
        let path = try folder.write("not a model".utf8, to: "bad.gguf")
        #expect(
            throws: ModelFileError.malformed(
                path: path, place: "first four bytes", expected: "GGUF", found: "other bytes")
        ) { try ModelSource(path: path) }
    }

    /// A llama with biases: they are in rotary pairs as their weights are.
    @Test func biasesAreUnpairedToo() throws {
        var gguf = GGUFBytes()
        gguf.addLlama(heads: 1, width: 4)
        gguf.addTensor("blk.0.attn_q.bias", dims: [4], offset: 32)
        gguf.data = [UInt8](repeating: 0, count: 32)
        gguf.data += [0, 1, 2, 3].flatMap { (value: Float) in little(value.bitPattern) }
        let folder = try TemporaryFolder()
        let model = try ModelSource(path: folder.write(gguf.bytes, to: "bias.gguf"))
        let bias = try #require(model.tensors["model.layers.0.self_attn.q_proj.bias"])
        #expect(bias.matrix.expanded() == [0, 2, 1, 3])
        #expect(bias.shape == [4] && bias.matrix.rows == 1)
    }
}

extension GGUFBytes {
    /// The metadata and the embedding of a llama with one token.
    mutating func addLlama(heads: UInt32, width: UInt32) {
        addModel("llama", heads: heads, width: width)
        add("llama.attention.layer_norm_rms_epsilon", Float(1e-5))
    }

    /// The same for any architecture, without its epsilon.
    mutating func addModel(_ name: String, heads: UInt32, width: UInt32, layers: UInt32 = 1) {
        add("general.architecture", name)
        for (key, value) in [
            ("block_count", layers), ("context_length", 8), ("embedding_length", width),
            ("feed_forward_length", 4), ("attention.head_count", heads),
        ] as [(String, UInt32)] {
            add("\(name).\(key)", value)
        }
        add("tokenizer.ggml.model", "gpt2")
        add("tokenizer.ggml.tokens", ["a"])
        addTensor("token_embd.weight", dims: [UInt64(width), 1])
    }
}
