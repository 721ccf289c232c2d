// Models with layer norms that have a mean and a bias.
extension GGUF {
    private func classicKeys(_ extents: GGUFExtents) throws(ModelFileError) -> Configuration {
        extentKeys(extents).with(["layer_norm_eps": try number("attention.layer_norm_epsilon")])
    }

    /// The width between the two feed-forward layers. For some architectures converters write four times the model's
    /// width, whatever is true: the tensor knows.
    private func feedForward(_ extents: GGUFExtents) -> ConfigurationValue {
        .integer(tensor("blk.0.ffn_up.weight")?.rows ?? extents.feedForward)
    }

    /// GGUF has the matrices of GPT-2 as [out, in], as those of every other model; a folder has them as [in, out].
    func gpt2Keys(_ extents: GGUFExtents) throws(ModelFileError) -> Configuration {
        [
            "n_embd": .integer(extents.width), "n_layer": .integer(extents.layers),
            "n_head": .integer(extents.heads), "n_positions": .integer(extents.context),
            "n_inner": feedForward(extents), "activation_function": .text("gelu_new"),
            "layer_norm_epsilon": try number("attention.layer_norm_epsilon"),
            "sft_probe_conv1d_transposed": .flag(true),
        ]
    }

    func neoXKeys(_ extents: GGUFExtents) throws(ModelFileError) -> Configuration {
        var rotary = try rotaryKeys(extents)
        rotary["rotary_emb_base"] = rotary.removeValue(forKey: "rope_theta")
        return try classicKeys(extents).with(rotary).with([
            "hidden_act": .text("gelu"), "rotary_pct": extents.partRotated,
            "use_parallel_residual": .flag(try boolean(key("use_parallel_residual")) ?? true),
            "attention_bias": .flag(tensor("blk.0.attn_qkv.bias") != nil),
        ])
    }

    func phi2Keys(_ extents: GGUFExtents) throws(ModelFileError) -> Configuration {
        try classicKeys(extents).with([
            "intermediate_size": feedForward(extents), "hidden_act": .text("gelu_new"),
            "partial_rotary_factor": extents.partRotated, "qk_layernorm": .flag(false),
        ]).with(try rotaryKeys(extents))
    }

    /// The tensors are believed, not the metadata, in which converters write a default.
    func stableLMKeys(_ extents: GGUFExtents) throws(ModelFileError) -> Configuration {
        try classicKeys(extents).with([
            "hidden_act": .text("silu"), "partial_rotary_factor": extents.partRotated,
            "use_qkv_bias": .flag(tensor("blk.0.attn_q.bias") != nil),
            "qk_layernorm": .flag(tensor("blk.0.attn_q_norm.weight") != nil),
            "use_parallel_residual": .flag(tensor("blk.0.ffn_norm.weight") == nil),
        ]).with(try rotaryKeys(extents))
    }
}
