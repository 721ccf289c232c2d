import ModelFiles

/// The keys of `config.json` that a family reads, and what transformers takes where the file says nothing. A family sees no
/// other key.
struct FamilyKeys {
    let read: Set<String>
    var defaults: Configuration = [:]

    /// Where a rotation may be described; the older spelling counts where both are there.
    static let rotations = ["rope_scaling", "rope_parameters"]

    private static let sizes: Set<String> = [
        "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads",
        "vocab_size",
        "max_position_embeddings", "hidden_act", "tie_word_embeddings",
    ]
    private static let rotary: Set<String> = [
        "rope_theta", "rope_scaling", "rope_parameters", "original_max_position_embeddings",
    ]
    /// How much of a head turns.
    static let share = "partial_rotary_factor"
    private static let modern = sizes.union(rotary).union(["rms_norm_eps", "head_dim"])
    private static let windows: Set<String> = ["sliding_window", "layer_types"]

    /// Whether the rotation may leave a part of each head.
    var readsShare: Bool { read.contains(Self.share) || read.contains("rotary_pct") }

    private init(_ keys: Set<String>, _ more: Set<String> = [], defaults: Configuration = [:]) {
        read = keys.union(more)
        self.defaults = defaults
    }

    // The keys of each family, after the configuration classes of transformers 5.24.

    static let llama = FamilyKeys(modern, ["attention_bias", "mlp_bias"])
    static let mistral = FamilyKeys(
        modern, ["sliding_window"],
        defaults: ["num_key_value_heads": .integer(8), "sliding_window": .integer(4096)])
    static let qwen2 = FamilyKeys(
        modern.union(windows), ["use_sliding_window", "max_window_layers"],
        defaults: ["num_key_value_heads": .integer(32), "sliding_window": .integer(4096)])
    static let qwen3 = FamilyKeys(
        modern.union(windows), ["use_sliding_window", "max_window_layers", "attention_bias"],
        defaults: [
            "num_key_value_heads": .integer(32), "head_dim": .integer(128),
            "sliding_window": .integer(4096),
        ])
    static let gemma2 = FamilyKeys(
        modern.union(windows), gemma.union(["attn_logit_softcapping"]),
        defaults: gemmaDefaults.merging([
            "attn_logit_softcapping": .number(50), "final_logit_softcapping": .number(30),
        ]) { $1 })
    static let gemma3_text = FamilyKeys(
        modern.union(windows), gemma.union(["sliding_window_pattern", "rope_local_base_freq"]),
        defaults: gemmaDefaults)
    static let gpt2 = FamilyKeys([
        "n_embd", "n_layer", "n_head", "n_positions", "n_inner", "vocab_size", "activation_function",
        "layer_norm_epsilon", "scale_attn_weights", "scale_attn_by_inverse_layer_idx",
        "tie_word_embeddings",
        "sft_probe_conv1d_transposed",
    ])
    static let gpt_neox = FamilyKeys(
        sizes.union(rotary).subtracting(["rope_theta"]),
        ["layer_norm_eps", "rotary_pct", "rotary_emb_base", "use_parallel_residual", "attention_bias"])
    static let opt = FamilyKeys([
        "hidden_size", "ffn_dim", "num_hidden_layers", "num_attention_heads", "vocab_size",
        "max_position_embeddings", "word_embed_proj_dim", "do_layer_norm_before", "activation_function",
        "enable_bias", "layer_norm_elementwise_affine", "tie_word_embeddings",
    ])
    static let phi = FamilyKeys(sizes.union(rotary), [share, "layer_norm_eps", "qk_layernorm", "head_dim"])
    static let phi3 = FamilyKeys(
        modern, [share, "sliding_window"], defaults: ["original_max_position_embeddings": .integer(4096)])
    static let olmo2 = FamilyKeys(modern, ["attention_bias"])
    static let smollm3 = FamilyKeys(
        modern.union(windows),
        ["no_rope_layers", "no_rope_layer_interval", "use_sliding_window", "attention_bias", "mlp_bias"],
        defaults: ["num_key_value_heads": .integer(4)])
    static let stablelm = FamilyKeys(
        sizes.union(rotary),
        [share, "layer_norm_eps", "use_qkv_bias", "qk_layernorm", "use_parallel_residual", "head_dim"],
        defaults: ["num_key_value_heads": .integer(32)])

    private static let gemma: Set<String> = [
        "hidden_activation", "query_pre_attn_scalar", "final_logit_softcapping", "attention_bias",
    ]
    private static let gemmaDefaults: Configuration = [
        "num_key_value_heads": .integer(4), "head_dim": .integer(256), "sliding_window": .integer(4096),
        "hidden_activation": .text("gelu_pytorch_tanh"), "query_pre_attn_scalar": .integer(256),
    ]
}
