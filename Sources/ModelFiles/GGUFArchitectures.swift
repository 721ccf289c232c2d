/// What a `general.architecture` of GGUF means in Hugging Face terms. To add one: a row in `all`.
struct GGUFArchitecture: Sendable {
    /// The name in GGUF, the prefix of its metadata keys, and the `model_type`.
    let name: String
    /// The class in transformers.
    let modelClass: String
    /// Whether rows of the query and key weights are stored in rotary pairs.
    let storesRotaryPairs: Bool

    static let all = [
        GGUFArchitecture(name: "llama", modelClass: "LlamaForCausalLM", storesRotaryPairs: true),
        GGUFArchitecture(name: "qwen2", modelClass: "Qwen2ForCausalLM", storesRotaryPairs: false),
        GGUFArchitecture(name: "qwen3", modelClass: "Qwen3ForCausalLM", storesRotaryPairs: false),
    ]

    /// The tensors outside blocks; their ends, `.weight` or `.bias`, are the same in both worlds.
    private static let outside = [
        "token_embd": "model.embed_tokens",
        "output_norm": "model.norm",
        "output": "lm_head",
    ]

    /// The tensors of a block: `blk.<layer>.` here, `model.layers.<layer>.` there.
    private static let inside = [
        "attn_norm": "input_layernorm",
        "attn_q": "self_attn.q_proj",
        "attn_k": "self_attn.k_proj",
        "attn_v": "self_attn.v_proj",
        "attn_output": "self_attn.o_proj",
        "attn_q_norm": "self_attn.q_norm",
        "attn_k_norm": "self_attn.k_norm",
        "ffn_norm": "post_attention_layernorm",
        "ffn_gate": "mlp.gate_proj",
        "ffn_up": "mlp.up_proj",
        "ffn_down": "mlp.down_proj",
    ]

    /// The Hugging Face name of a tensor, or nil if the architecture has none of this name.
    func translated(_ name: String) -> String? {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard let kind = parts.last, kind == "weight" || kind == "bias" else { return nil }
        switch parts.count {
        case 2:
            return Self.outside[parts[0]].map { "\($0).\(kind)" }
        case 4 where parts[0] == "blk":
            guard let layer = Int(parts[1]), layer >= 0, "\(layer)" == parts[1] else { return nil }
            return Self.inside[parts[2]].map { "model.layers.\(layer).\($0).\(kind)" }
        default:
            return nil
        }
    }

    /// Whether the rows of this tensor are stored in rotary pairs.
    func isStoredInPairs(_ name: String) -> Bool {
        storesRotaryPairs && (name.contains(".attn_q.") || name.contains(".attn_k."))
    }
}
