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

    /// By `model_type`; each row stands in its family's own file.
    static let all: [String: FamilyRow] = [
        "llama": .llama,
        "mistral": .mistral,
        "qwen2": .qwen2,
        "qwen3": .qwen3,
        "gemma2": .gemma2,
        "gemma3_text": .gemma3_text,
        "gpt2": .gpt2,
        "gpt_neox": .gpt_neox,
        "opt": .opt,
        "phi": .phi,
        "phi3": .phi3,
        "olmo2": .olmo2,
        "smollm3": .smollm3,
        "stablelm": .stablelm,
    ]

    /// What most families have in common, checked.
    static func common(_ source: ModelSource) throws(ModelError) -> CommonConfiguration {
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
