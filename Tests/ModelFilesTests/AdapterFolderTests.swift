import Foundation
import Kernels
import ModelFiles
import TestSupport
import Testing

/// Folders of adapters as PEFT and MLX write them, and as nobody should.
@Suite struct AdapterFolderTests {
    /// A folder with this configuration and these tensors.
    private func folder(
        _ configuration: String?, _ tensors: [(name: String, shape: [Int], values: [Float])] = [],
        file: String = "adapter_model.safetensors"
    ) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        if let configuration { _ = try folder.write(configuration.utf8, to: "adapter_config.json") }
        try writeSafetensors(tensors, to: "\(folder.path)/\(file)")
        return folder
    }

    @Test func everyFieldMayBeMissing() throws {
        let folder = try folder("{}")
        #expect(try AdapterFolder(path: folder.path).configuration == AdapterConfiguration())
    }

    @Test func peftsFileIsRead() throws {
        let adapter = try AdapterFolder(path: AdapterCase("patterns").path)
        guard case .modules(.names(let names)) = adapter.configuration.targets else {
            Issue.record("targets are \(adapter.configuration.targets)")
            return
        }
        #expect(names.sorted() == ["down_proj", "o_proj", "q_proj"])
        #expect(adapter.configuration.ranks.contains(PatternValue("down_proj", 5)))
        #expect(adapter.matcher.rank(of: "model.layers.0.self_attn.q_proj") == 2)
        #expect(adapter.matcher.rank(of: "model.layers.1.self_attn.q_proj") == 4)
        #expect(adapter.matcher.rank(of: "model.layers.1.self_attn.o_proj") == 4)
        #expect(adapter.matcher.scale(of: "model.layers.1.mlp.down_proj") == Float(3) / 5)
        #expect(
            adapter.tensors["model.layers.0.mlp.down_proj.lora_A.weight"]?.shape.first == 5)
    }

    /// Configurations that cannot be honoured, and the words that must name what is wrong.
    static let refused: [(configuration: String, words: [String])] = [
        ("", ["adapter_config.json", "a JSON object"]), ("[]", ["a JSON object"]),
        ("{\"r\": 8", ["a JSON object"]),
        (#"{"r": 0}"#, ["field r", "1 or more"]), (#"{"r": -1}"#, ["field r"]), (#"{"r": 2.5}"#, ["field r"]),
        (#"{"r": "8"}"#, ["field r", "a whole number"]), (#"{"r": 1e99}"#, ["field r"]),
        (#"{"lora_alpha": "x"}"#, ["lora_alpha", "a number"]), (#"{"lora_dropout": 1}"#, ["lora_dropout"]),
        (#"{"bias": "some"}"#, ["field bias", "lora_only"]), (#"{"target_modules": 3}"#, ["target_modules"]),
        (#"{"target_modules": [1]}"#, ["target_modules"]),
        (#"{"target_modules": "("}"#, ["a regular expression"]),
        (#"{"rank_pattern": {"a": 0}}"#, ["rank_pattern"]),
        (#"{"rank_pattern": {"[": 2}}"#, ["rank_pattern"]),
        (#"{"alpha_pattern": {"a": null}}"#, ["alpha_pattern"]),
        (#"{"alpha_pattern": []}"#, ["alpha_pattern"]),
        (#"{"layers_to_transform": ["a"]}"#, ["layers_to_transform"]),
        (#"{"modules_to_save": ["("]}"#, ["modules_to_save"]),
        (#"{"use_dora": 1}"#, ["use_dora", "true or false"]),
        (#"{"peft_type": "IA3"}"#, ["peft_type", "IA3", "merge_and_unload"]),
        (#"{"task_type": "SEQ_CLS"}"#, ["task_type"]),
        (#"{"layer_replication": [[0, 4]]}"#, ["layer_replication"]),
        (#"{"megatron_config": {"a": 1}}"#, ["megatron_config"]), (#"{"lora_bias": true}"#, ["lora_bias"]),
        (#"{"init_lora_weights": "pissa_niter_4"}"#, ["init_lora_weights", "pissa"]),
        (#"{"target_parameters": ["a"]}"#, ["target_parameters"]), (#"{"use_qalora": true}"#, ["use_qalora"]),
        (#"{"from_next_year": {"a": 1}}"#, ["from_next_year", "not supported"]),
    ]

    @Test(arguments: refused)
    func whatCannotBeHonouredIsNamed(_ configuration: String, _ words: [String]) throws {
        let folder = try folder(configuration)
        let error = #expect(throws: ModelFileError.self) { try AdapterFolder(path: folder.path) }
        for word in words {
            #expect(error?.description.contains(word) == true, "\(error?.description ?? "")")
        }
    }

    @Test func nestingWithoutEndIsRefused() throws {
        let folder = try folder(
            "{\"r\": " + String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000) + "}"
        )
        #expect(throws: ModelFileError.self) { try AdapterFolder(path: folder.path) }
    }

    /// The first pattern that fits counts, so the order of the file is kept; a value that is no number is refused at once.
    @Test func patternsKeepTheirOrder() throws {
        let keys = (0..<40).map { "m\(39 - $0).q" }
        let members = keys.enumerated().map { "\"\($1)\": \($0 + 1)" }
        let others = #""rank_pattern_of_old": null, "bias": "none", "layers_to_transform": [1, 2]"#
        func patterns(_ more: String) -> String {
            "{\(others), \"rank_pattern\": {\((members + [more]).joined(separator: ", "))}}"
        }
        let good = try folder(patterns(#""a\u0062": 41"#))
        let ranks = try AdapterFolder(path: good.path).configuration.ranks
        #expect(ranks.map(\.pattern) == keys + ["ab"] && ranks.map(\.value) == Array(1...41))
        let bad = try folder(patterns(#""m": "x""#))
        let time = ContinuousClock().measure {
            let error = #expect(throws: ModelFileError.self) { try AdapterFolder(path: bad.path) }
            #expect(error?.description.contains("rank_pattern") == true)
        }
        #expect(time < .seconds(1))
    }

    @Test func whatSaysNothingMayBeThere() throws {
        let folder = try folder(
            #"{"from_next_year": null, "also": {}, "and": [], "or": false, "megatron_core": "megatron.core"}"#
        )
        #expect(try AdapterFolder(path: folder.path).tensors.isEmpty)
    }

    @Test func whatIsMissingIsNamed() throws {
        let folder = try folder("{}", file: "other.safetensors")
        func message(_ path: String) -> String {
            #expect(throws: ModelFileError.self) { try AdapterFolder(path: path) }?.description ?? ""
        }
        #expect(message(folder.path).contains("adapter_model.safetensors does not exist"))
        _ = try folder.write([1, 2], to: "adapter_model.bin")
        #expect(message(folder.path).contains("safe_serialization"))
        let outside = try TemporaryFolder()
        #expect(message(outside.path).contains("PEFT or MLX"))
        _ = try outside.write("{}".utf8, to: "mine/adapter_config.json")
        #expect(message(outside.path).contains("\(outside.path)/mine"))
        #expect(message("/nowhere/at/all").contains("check the path"))
    }

    @Test func twoTensorsForOneWeightAreRefused() throws {
        let folder = try folder(
            "{}",
            [
                ("base_model.model.a.base_layer.bias", [1], [1]), ("base_model.model.a.bias", [1], [2]),
            ])
        #expect(throws: ModelFileError.self) { try AdapterFolder(path: folder.path) }
    }

    /// mlx-lm's form: `lora_a` [in, r], `lora_b` [r, out], and a scale that is not divided by the rank.
    @Test func mlxIsTurnedRound() throws {
        let folder = try folder(
            #"""
            {"fine_tune_type": "lora", "num_layers": 16, "model": "m",
             "lora_parameters": {"rank": 2, "scale": 20.0, "dropout": 0.1, "keys": ["self_attn.q_proj"]}}
            """#,
            [
                ("model.layers.1.self_attn.q_proj.lora_a", [3, 2], [1, 2, 3, 4, 5, 6]),
                ("model.layers.1.self_attn.q_proj.lora_b", [2, 1], [7, 8]),
            ], file: "adapters.safetensors")
        let adapter = try AdapterFolder(path: folder.path)
        let module = "model.layers.1.self_attn.q_proj"
        #expect(adapter.tensors["\(module).lora_A.weight"]?.shape == [2, 3])
        #expect(adapter.tensors["\(module).lora_A.weight"]?.matrix.expanded() == [1, 3, 5, 2, 4, 6])
        #expect(adapter.tensors["\(module).lora_B.weight"]?.matrix.expanded() == [7, 8])
        #expect(adapter.matcher.scale(of: module) == 20)
        #expect(adapter.matcher.matches(module, isLinear: true, familyTargets: []))
        #expect(
            !adapter.matcher.matches("model.layers.0.self_attn.q_proj", isLinear: true, familyTargets: []))
        #expect(adapter.configuration.base == "m")
    }

    @Test(arguments: [
        (#"{"fine_tune_type": "full", "lora_parameters": {"rank": 2, "scale": 1}}"#, "fine_tune_type"),
        (#"{"fine_tune_type": "lora"}"#, "rank"),
        (#"{"lora_parameters": {"rank": 0, "scale": 1}}"#, "rank"),
        (#"{"lora_parameters": {"rank": 2}}"#, "scale"),
        (#"{"lora_parameters": {"rank": 2, "scale": 1, "alpha": 16}}"#, "alpha"),
    ])
    func mlxThatCannotBeHonouredIsRefused(_ configuration: String, _ word: String) throws {
        let folder = try folder(configuration, file: "adapters.safetensors")
        let error = #expect(throws: ModelFileError.self) { try AdapterFolder(path: folder.path) }
        #expect(error?.description.contains(word) == true, "\(error?.description ?? "")")
    }

    @Test func mlxVectorsAreNoPairs() throws {
        let folder = try folder(
            #"{"lora_parameters": {"rank": 2, "scale": 1}}"#, [("a.lora_a", [2], [1, 2])],
            file: "adapters.safetensors")
        #expect(throws: ModelFileError.self) { try AdapterFolder(path: folder.path) }
    }
}
