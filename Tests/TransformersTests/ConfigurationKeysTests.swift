import Foundation
import ModelFiles
import Tensor
import TestSupport
import Testing

@testable import Transformers

/// Every key of the configurations in transformers, by what changing it does there (make_config_keys.py).
@Suite struct ConfigurationKeysTests {
    struct Fixture {
        let batch: Batch
        let keys: [String: [String: Any]]
        let others: [String]
        let changes: [String: [[String: Any]]]

        init() throws {
            let path = repositoryPath("Tests/TransformersTests/Fixtures/config-keys.json")
            let data = try Data(contentsOf: URL(filePath: path))
            let json = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
            keys = try #require(json["keys"] as? [String: [String: Any]])
            others = try #require(json["others"] as? [String])
            changes = try #require(json["changes"] as? [String: [[String: Any]]])
            let (ids, marks) = (
                try #require(json["ids"] as? [Int]), try #require(json["supervised"] as? [Int])
            )
            var start = 0
            batch = Batch(
                try #require(json["lengths"] as? [Int]).map { length in
                    defer { start += length }
                    return TokenSequence(
                        ids: ids[start..<start + length].map { Int32($0) },
                        supervised: marks[start..<start + length].map { $0 == 1 })
                })
        }
    }

    static let folders = [
        "gemma2", "gemma3", "gpt2", "gpt2-scaled", "gpt_neox", "gpt_neox-sequential", "llama-dynamic",
        "llama-linear",
        "llama-llama3", "llama-yarn", "mistral", "olmo2", "opt", "phi", "phi3", "phi3-longrope", "qwen2",
        "qwen3",
        "smollm3", "stablelm", "stablelm-parallel",
    ]

    /// What is refused although transformers computes something; each by name.
    static let refused = Set(ConfigurationKeys.refused.keys).union([
        "hidden_act", "activation_function", "hidden_activation", "use_bidirectional_attention",
        "sliding_window",
        "rope_scaling", "rope_parameters",
    ])

    /// A configuration that was changed makes the loss that it makes in transformers, or is refused by the key's name.
    @Test(arguments: folders)
    func everyKeyDoesWhatItDoesInTransformers(_ name: String) throws {
        let fixture = try Fixture()
        let source = repositoryPath("notebooks-data/reference/families/\(name)")
        let folder = try TemporaryFolder()
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("model.safetensors"), withDestinationPath: "\(source)/model.safetensors")
        let whole = try Data(contentsOf: URL(filePath: "\(source)/config.json"))
        let plain = try #require(try JSONSerialization.jsonObject(with: whole) as? [String: Any])
        for change in try #require(fixture.changes[name]) {
            let values = try #require(change["set"] as? [String: Any])
            let removed = try #require(change["unset"] as? [String])
            let expected = try #require(change["nll"] as? Double)
            let changed = plain.merging(values) { $1 }.filter { !removed.contains($0.key) }
            try JSONSerialization.data(withJSONObject: changed).write(
                to: URL(filePath: folder.file("config.json")))
            let what = "\(values), without \(removed)"
            do {
                let model = try Decoder(ModelSource(path: folder.path))
                let losses = model.tokenLosses(fixture.batch).elements
                let loss = losses.reduce(0) { $0 + Double($1) } / Double(losses.count)
                #expect(abs(loss - expected) < 2e-5 * expected, "\(what): \(loss), expected \(expected)")
            } catch {
                let names = Set(values.keys).union(removed)
                let mayRefuse = !names.isDisjoint(with: Self.refused) || Self.isNeeded(names)
                let isNamed = (names.union(["rope_type", "factor"])).contains { "\(error)".contains($0) }
                #expect(mayRefuse && isNamed, "\(what): \(error)")
            }
        }
    }

    /// Sizes, which a file has to name: transformers takes those of a large model.
    private static func isNeeded(_ names: Set<String>) -> Bool {
        !names.isDisjoint(with: ["max_position_embeddings", "num_attention_heads", "quantization_config"])
    }

    /// A key of a family is read, harmless, refused, or one that transformers itself passes over where it evaluates.
    @Test func noKeyOfAFamilyIsUnknown() throws {
        let loading: Set<String> = [  // arguments of from_pretrained that never stand in a file
            "_commit_hash", "_configuration_file", "_from_auto", "_from_pipeline", "cache_dir",
            "commit_message",
            "force_download", "local_files_only", "proxies", "repo_id", "resume_download",
            "return_unused_kwargs",
            "revision", "subfolder", "token", "trust_remote_code", "use_auth_token",
            "_sliding_window_pattern",
        ]
        let fixture = try Fixture()
        #expect(Set(fixture.keys.keys) == Set(FamilyRow.all.keys))
        for (name, keys) in fixture.keys {
            let family = try #require(FamilyRow.all[name]).keys
            for key in keys.keys where !loading.contains(key) && !family.read.contains(key) {
                let isKnown =
                    ConfigurationKeys.harmless.contains(key) || ConfigurationKeys.refused.keys.contains(key)
                #expect(isKnown, "\(name): \(key)")
            }
        }
    }

    /// Every other family with a causal language model in transformers is refused by its name.
    @Test func otherFamiliesAreRefused() throws {
        let fixture = try Fixture()
        #expect(fixture.others.count > 150)
        let folder = try TemporaryFolder()
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("model.safetensors"),
            withDestinationPath: repositoryPath("notebooks-data/reference/families/gpt2/model.safetensors"))
        for name in fixture.others {
            try Data(#"{"model_type": "\#(name)"}"#.utf8).write(to: URL(filePath: folder.file("config.json")))
            let source = try ModelSource(path: folder.path)
            #expect(
                throws: ModelError.unsupportedFamily(
                    path: source.path, found: name, supported: supportedFamilies)
            ) {
                try Decoder(source)
            }
        }
    }

    /// A key that nobody knows is passed over with a remark; one by which other models compute something else is refused.
    @Test func keysThatNobodyAskedForAreNamed() throws {
        let folder = try TemporaryFolder()
        let source = repositoryPath("notebooks-data/reference/families/mistral")
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("model.safetensors"), withDestinationPath: "\(source)/model.safetensors")
        let whole = try Data(contentsOf: URL(filePath: "\(source)/config.json"))
        let plain = try #require(try JSONSerialization.jsonObject(with: whole) as? [String: Any])
        func open(_ values: [String: Any]) throws -> Decoder {
            try JSONSerialization.data(withJSONObject: plain.merging(values) { $1 })
                .write(to: URL(filePath: folder.file("config.json")))
            return try Decoder(ModelSource(path: folder.path))
        }
        #expect(try open([:]).notes.isEmpty)
        let notes = try open(["my_own_key": 3, "another": "text", "nothing": NSNull()]).notes
        #expect(notes.count == 1 && notes[0].hasSuffix(": another, my_own_key"), "\(notes)")
        for (key, value) in [
            ("logit_scale", 2.0), ("residual_multiplier", 0.22), ("clip_qkv", 8), ("num_local_experts", 4),
            ("quantization_config", ["quant_method": "gptq"]), ("use_bidirectional_attention", true),
        ] as [(String, Any)] {
            #expect { _ = try open([key: value]) } throws: { "\($0)".contains("configuration value \(key)") }
        }
        #expect(try open(["residual_multiplier": 1.0, "quantization_config": NSNull()]).notes.isEmpty)
        #expect {
            _ = try open(["rope_parameters": ["rope_type": "dynamic", "factor": 2, "alpha": 1000]])
        } throws: { "\($0)".contains("rope_parameters.alpha") }
        let unused = try open(["rope_parameters": ["rope_type": "linear", "factor": 2, "mscale": 0.5]]).notes
        #expect(unused.first?.contains("rope_parameters.mscale") ?? false, "\(unused)")
    }
}
