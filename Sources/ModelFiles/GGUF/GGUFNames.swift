/// The names of GGUF's tensors, without `.weight` or `.bias`, and of their counterparts in transformers.
enum GGUFNames {
    static let llamaOutside: [String: GGUFPart] = [
        "token_embd": "model.embed_tokens", "output_norm": "model.norm", "output": "lm_head",
        "rope_freqs": .configuration,
    ]

    static let llama: [String: GGUFPart] = [
        "attn_norm": "input_layernorm",
        "attn_q": "self_attn.q_proj",
        "attn_k": "self_attn.k_proj",
        "attn_v": "self_attn.v_proj",
        "attn_output": "self_attn.o_proj",
        "ffn_norm": "post_attention_layernorm",
        "ffn_gate": "mlp.gate_proj",
        "ffn_up": "mlp.up_proj",
        "ffn_down": "mlp.down_proj",
    ]

    static let rotaryPairs: [String: GGUFPart] = [
        "attn_q": .rotaryPairs("self_attn.q_proj"), "attn_k": .rotaryPairs("self_attn.k_proj"),
    ]

    static let headNorms: [String: GGUFPart] = [
        "attn_q_norm": "self_attn.q_norm", "attn_k_norm": "self_attn.k_norm",
    ]

    static let gemma = llama.with([
        "post_attention_norm": "post_attention_layernorm",
        "ffn_norm": "pre_feedforward_layernorm",
        "post_ffw_norm": "post_feedforward_layernorm",
    ])

    static let olmo2 = llama.filter { !["attn_norm", "ffn_norm"].contains($0.key) }.with([
        "post_attention_norm": "post_attention_layernorm",
        "post_ffw_norm": "post_feedforward_layernorm",
    ])

    static let stableLM = llama.with([
        "attn_q_norm": .stacked("self_attn.q_layernorm.norms"),
        "attn_k_norm": .stacked("self_attn.k_layernorm.norms"),
    ])

    static let gpt2Outside: [String: GGUFPart] = [
        "token_embd": "transformer.wte", "position_embd": "transformer.wpe",
        "output_norm": "transformer.ln_f", "output": "lm_head",
    ]

    static let gpt2: [String: GGUFPart] = [
        "attn_norm": "ln_1",
        "attn_qkv": "attn.c_attn",
        "attn_output": "attn.c_proj",
        "ffn_norm": "ln_2",
        "ffn_up": "mlp.c_fc",
        "ffn_down": "mlp.c_proj",
    ]

    static let neoXOutside: [String: GGUFPart] = [
        "token_embd": "gpt_neox.embed_in", "output_norm": "gpt_neox.final_layer_norm", "output": "lm_head",
    ]

    static let neoX: [String: GGUFPart] = [
        "attn_norm": "input_layernorm",
        "attn_qkv": .partByPart("attention.query_key_value"),
        "attn_output": "attention.dense",
        "ffn_norm": "post_attention_layernorm",
        "ffn_up": "mlp.dense_h_to_4h",
        "ffn_down": "mlp.dense_4h_to_h",
    ]

    static let phi2Outside = llamaOutside.with(["output_norm": "model.final_layernorm"])

    static let phi2: [String: GGUFPart] = [
        "attn_norm": "input_layernorm",
        "attn_qkv": .joined(["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"]),
        "attn_q": "self_attn.q_proj",
        "attn_k": "self_attn.k_proj",
        "attn_v": "self_attn.v_proj",
        "attn_output": "self_attn.dense",
        "ffn_up": "mlp.fc1",
        "ffn_down": "mlp.fc2",
    ]

    static let phi3Outside = llamaOutside.with([
        "rope_factors_short": .configuration, "rope_factors_long": .configuration,
    ])

    static let phi3: [String: GGUFPart] = [
        "attn_norm": "input_layernorm",
        "attn_qkv": "self_attn.qkv_proj",
        "attn_output": "self_attn.o_proj",
        "ffn_norm": "post_attention_layernorm",
        "ffn_up": "mlp.gate_up_proj",
        "ffn_down": "mlp.down_proj",
    ]
}
