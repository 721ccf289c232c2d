/// What a `general.architecture` of GGUF means in Hugging Face terms. To add one: a row in `all`, and its keys.
struct GGUFArchitecture: Sendable {
    /// The name in GGUF, the prefix of its metadata keys.
    let name: String
    /// The `model_type`, and the class in transformers.
    let modelType: String, modelClass: String
    /// What stands before the number of a block.
    let blocks: String
    /// The tensors outside blocks.
    let outside: [String: GGUFPart]
    /// The tensors of a block: `blk.<layer>.` here, `<blocks>.<layer>.` there.
    let inside: [String: GGUFPart]
    /// The keys of the family's configuration beyond those that all have.
    let keys: @Sendable (GGUF) -> (GGUFExtents) throws(ModelFileError) -> Configuration

    init(
        _ name: String, _ modelType: String, _ modelClass: String, blocks: String = "model.layers",
        outside: [String: GGUFPart] = GGUFNames.llamaOutside, inside: [String: GGUFPart],
        keys: @Sendable @escaping (GGUF) -> (GGUFExtents) throws(ModelFileError) -> Configuration
    ) {
        (self.name, self.modelType, self.modelClass, self.blocks) = (name, modelType, modelClass, blocks)
        (self.outside, self.inside, self.keys) = (outside, inside, keys)
    }

    static let all = [
        GGUFArchitecture(
            "llama", "llama", "LlamaForCausalLM", inside: GGUFNames.llama.with(GGUFNames.rotaryPairs),
            keys: GGUF.llamaOrMistralKeys),
        GGUFArchitecture(
            "qwen2", "qwen2", "Qwen2ForCausalLM", inside: GGUFNames.llama, keys: GGUF.llamaKeys),
        GGUFArchitecture(
            "qwen3", "qwen3", "Qwen3ForCausalLM", inside: GGUFNames.llama.with(GGUFNames.headNorms),
            keys: GGUF.llamaKeys),
        GGUFArchitecture(
            "smollm3", "smollm3", "SmolLM3ForCausalLM", inside: GGUFNames.llama.with(GGUFNames.rotaryPairs),
            keys: GGUF.smolLM3Keys),
        GGUFArchitecture(
            "gemma2", "gemma2", "Gemma2ForCausalLM", outside: GGUFNames.llamaOutside.withOneAdded,
            inside: GGUFNames.gemma.withOneAdded, keys: GGUF.gemma2Keys),
        GGUFArchitecture(
            "gemma3", "gemma3_text", "Gemma3ForCausalLM", outside: GGUFNames.llamaOutside.withOneAdded,
            inside: GGUFNames.gemma.with(GGUFNames.headNorms).withOneAdded, keys: GGUF.gemma3Keys),
        GGUFArchitecture(
            "gpt2", "gpt2", "GPT2LMHeadModel", blocks: "transformer.h", outside: GGUFNames.gpt2Outside,
            inside: GGUFNames.gpt2, keys: GGUF.gpt2Keys),
        GGUFArchitecture(
            "gptneox", "gpt_neox", "GPTNeoXForCausalLM", blocks: "gpt_neox.layers",
            outside: GGUFNames.neoXOutside, inside: GGUFNames.neoX, keys: GGUF.neoXKeys),
        GGUFArchitecture(
            "phi2", "phi", "PhiForCausalLM", outside: GGUFNames.phi2Outside, inside: GGUFNames.phi2,
            keys: GGUF.phi2Keys),
        GGUFArchitecture(
            "phi3", "phi3", "Phi3ForCausalLM", outside: GGUFNames.phi3Outside, inside: GGUFNames.phi3,
            keys: GGUF.phi3Keys),
        GGUFArchitecture(
            "olmo2", "olmo2", "Olmo2ForCausalLM", inside: GGUFNames.olmo2.with(GGUFNames.headNorms),
            keys: GGUF.olmo2Keys),
        GGUFArchitecture(
            "stablelm", "stablelm", "StableLmForCausalLM", inside: GGUFNames.stableLM,
            keys: GGUF.stableLMKeys),
    ]

    /// The place of a tensor, or nil if the architecture has none of this name.
    func place(_ name: String) -> GGUFPlace? {
        let words = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard let kind = words.last, kind == "weight" || kind == "bias" else { return nil }
        switch words.count {
        case 2:
            return outside[words[0]].map { GGUFPlace(part: $0, prefix: "", kind: kind) }
        case 4 where words[0] == "blk":
            guard let layer = Int(words[1]), layer >= 0, "\(layer)" == words[1] else { return nil }
            return inside[words[2]].map { GGUFPlace(part: $0, prefix: "\(blocks).\(layer).", kind: kind) }
        default:
            return nil
        }
    }
}

extension [String: GGUFPart] {
    /// These, and others in addition or instead.
    func with(_ others: Self) -> Self { merging(others) { $1 } }

    /// These, with the 1 that Gemma's norms have in the file.
    fileprivate var withOneAdded: Self {
        var parts = self
        for case (let key, .same(let name)) in self where key.hasSuffix("norm") {
            parts[key] = .oneAdded(name)
        }
        return parts
    }
}
