import Foundation
public import ModelFiles

/// All that is particular to a family, but what its own file says: a row of ``all``.
struct FamilyRow: Sendable {
    typealias Make = @Sendable (_ source: ModelSource, _ name: String) throws(ModelError) -> any Family

    /// The keys of `config.json` that it reads.
    let keys: FamilyKeys
    /// What a complete configuration describes. A row cannot be without it.
    let make: Make
    /// What older files leave out at the beginning of modules' names.
    var prefix = ""
    /// PEFT's default target projections; for families that PEFT does not know, those of most.
    ///
    /// - Source: PEFT 0.21, `TRANSFORMERS_MODELS_TO_LORA_TARGET_MODULES_MAPPING`.
    var targets = ["q_proj", "v_proj"]
    /// Whether transformers keeps its matrices as [in, out] (`Conv1D`).
    var isConv1D = false
    /// Whether its SentencePiece tokenizer puts a space before each part between special tokens, not only the first.
    var spacesEveryPart = false

    /// By `model_type`.
    static let all: [String: FamilyRow] = [
        "llama": FamilyRow(keys: .llama, make: llama),
        "mistral": FamilyRow(keys: .mistral, make: llama),
        "qwen2": FamilyRow(keys: .qwen2, make: qwen),
        "qwen3": FamilyRow(keys: .qwen3, make: qwen),
        "gemma2": FamilyRow(keys: .gemma2, make: gemma),
        "gemma3_text": FamilyRow(keys: .gemma3_text, make: gemma),
        "gpt2": FamilyRow(
            keys: .gpt2, make: gpt2, prefix: "transformer.", targets: ["c_attn"], isConv1D: true),
        "gpt_neox": FamilyRow(keys: .gpt_neox, make: gptNeoX, targets: ["query_key_value"]),
        "opt": FamilyRow(keys: .opt, make: opt, prefix: "model."),
        "phi": FamilyRow(keys: .phi, make: phi, targets: ["q_proj", "v_proj", "fc1", "fc2"]),
        "phi3": FamilyRow(keys: .phi3, make: phi3, targets: ["qkv_proj"], spacesEveryPart: true),
        "olmo2": FamilyRow(keys: .olmo2, make: olmo2),
        "smollm3": FamilyRow(keys: .smollm3, make: smolLM3),
        "stablelm": FamilyRow(keys: .stablelm, make: stableLM),
    ]

    private static let llama: Make = { (source, name) throws(ModelError) in
        Llama(common: try common(source), name: name)
    }
    private static let qwen: Make = { (source, name) throws(ModelError) in
        Qwen(common: try common(source), extra: try decoded(source), name: name)
    }
    private static let gemma: Make = { (source, name) throws(ModelError) in
        Gemma(common: try common(source), extra: try decoded(source), name: name)
    }
    private static let olmo2: Make = { (source, name) throws(ModelError) in
        OLMo2(common: try common(source), name: name)
    }
    private static let smolLM3: Make = { (source, name) throws(ModelError) in
        SmolLM3(common: try common(source), extra: try decoded(source), name: name)
    }
    private static let phi3: Make = { (source, name) throws(ModelError) in
        Phi3(common: try common(source), name: name)
    }
    private static let stableLM: Make = { (source, name) throws(ModelError) in
        StableLM(common: try common(source), extra: try decoded(source), name: name)
    }
    private static let phi: Make = { (source, name) throws(ModelError) in
        Phi(common: try common(source), extra: try decoded(source), name: name)
    }
    private static let gptNeoX: Make = { (source, name) throws(ModelError) in
        GPTNeoX(common: try common(source), extra: try decoded(source), name: name) {
            source.tensors[$0] != nil
        }
    }
    private static let gpt2: Make = { (source, name) throws(ModelError) in
        GPT2(configuration: try decoded(source), name: name) { source.tensors[$0] != nil }
    }
    private static let opt: Make = { (source, name) throws(ModelError) in
        OPT(configuration: try decoded(source), name: name) { source.tensors[$0] != nil }
    }

    private static func common(_ source: ModelSource) throws(ModelError) -> CommonConfiguration {
        let common: CommonConfiguration = try decoded(source)
        try common.check(path: source.path)
        return common
    }
}

extension ModelSource {
    /// The `model_type` of the configuration; nil where it has none.
    private var modelType: String? {
        struct Named: Decodable { let model_type: String? }
        return (try? JSONDecoder().decode(Named.self, from: Data(configuration)))?.model_type
    }

    /// Whether the family's SentencePiece tokenizer puts a space before each part of a text between special tokens,
    /// and not before its first part only.
    public var spacesEveryPart: Bool { modelType.flatMap { FamilyRow.all[$0] }?.spacesEveryPart ?? false }
}
