import ModelFiles

/// Gemma 2, with soft caps; and the text model of Gemma 3, with norms on queries and keys and two rotations.
struct Gemma: Family {
    let common: CommonConfiguration
    let extra: Extra
    let name: String

    struct Extra: Decodable {
        let query_pre_attn_scalar: Float?
        let attn_logit_softcapping: Float?
        let final_logit_softcapping: Float?
        let sliding_window_pattern: Int?
        let rope_local_base_freq: Float?
        let rope_parameters: Rotations?
    }

    /// The rotations of both kinds of layers, as transformers 5 writes them.
    struct Rotations: Decodable {
        let full_attention: RotaryConfiguration?
        let sliding_attention: RotaryConfiguration?
    }

    private var isThird: Bool { name == "gemma3_text" }

    func decoder(path: String) throws(ModelError) -> Decoder {
        let scalar = extra.query_pre_attn_scalar ?? 256
        var attention = common.attention(
            hasBias: common.attention_bias ?? false, hasOutputBias: common.attention_bias ?? false,
            scale: 1 / scalar.squareRoot())
        attention.cap = extra.attn_logit_softcapping
        if isThird {
            let epsilon = common.rms_norm_eps ?? 1e-6
            attention.norm = .eachHead(
                query: Norm("self_attn.q_norm", .rmsPlusOne, width: common.dHead, epsilon: epsilon),
                key: Norm("self_attn.k_norm", .rmsPlusOne, width: common.dHead, epsilon: epsilon))
        }
        let activation = try common.activation(default: "gelu_pytorch_tanh", path: path)
        let pattern = extra.sliding_window_pattern ?? (isThird ? 6 : 2)
        let blocks = (0..<common.num_hidden_layers).map { layer in
            var attention = attention
            attention.window = common.window(layer: layer) { ($0 + 1) % pattern != 0 }
            if isThird && attention.window != nil { attention.rotary = 1 }
            return Block(
                attentionNorm: common.norm("input_layernorm", .rmsPlusOne), attention: attention,
                attentionOutputNorm: common.norm("post_attention_layernorm", .rmsPlusOne),
                feedForwardNorm: common.norm("pre_feedforward_layernorm", .rmsPlusOne),
                feedForward: common.gatedFeedForward(activation, hasBias: false),
                feedForwardOutputNorm: common.norm("post_feedforward_layernorm", .rmsPlusOne))
        }
        var decoder = common.decoder(
            name, blocks: blocks, norm: common.norm("model.norm", .rmsPlusOne), rotary: try rotations(path),
            tied: true)
        decoder.embeddingScale = Float(common.hidden_size).squareRoot()
        decoder.logitCap = extra.final_logit_softcapping
        return decoder
    }

    /// The rotation of full attention, then that of layers with a window.
    private func rotations(_ path: String) throws(ModelError) -> [Rotary] {
        guard isThird else { return [try common.rotary(path: path)] }
        let (full, sliding) = (
            extra.rope_parameters?.full_attention, extra.rope_parameters?.sliding_attention
        )
        func rotary(_ scaling: RotaryConfiguration?, _ theta: Float) throws(ModelError) -> Rotary {
            try RotaryConfiguration.rotary(
                scaling, theta: scaling?.rope_theta ?? theta, width: common.dHead,
                context: common.max_position_embeddings, path: path)
        }
        if let older = common.rope_scaling, older.rope_type == nil, let type = older.type, type != "default" {
            throw .configuration(
                path: path, key: "rope_scaling.type",
                expected: "rope_type, for transformers passes over type here",
                found: type)
        }
        guard full == nil || common.rope_scaling == nil else {
            throw .configuration(
                path: path, key: "rope_scaling", expected: "nothing beside rope_parameters.full_attention",
                found: "both")
        }
        return [
            try rotary(full ?? common.rope_scaling, common.rope_theta ?? 1_000_000),
            try rotary(sliding, extra.rope_local_base_freq ?? 10_000),
        ]
    }
}

extension FamilyRow {
    static let gemma2 = FamilyRow(keys: .gemma2, make: make)
    static let gemma3_text = FamilyRow(keys: .gemma3_text, make: make)
    private static let make: Make = { (source, name) throws(ModelError) in
        Gemma(common: try common(source), extra: try decoded(source), name: name)
    }
}

extension FamilyKeys {
    fileprivate static let gemma2 = FamilyKeys(
        modern.union(windows), gemma.union(["attn_logit_softcapping"]),
        defaults: gemmaDefaults.merging([
            "attn_logit_softcapping": .number(50), "final_logit_softcapping": .number(30),
        ]) { $1 })
    fileprivate static let gemma3_text = FamilyKeys(
        modern.union(windows), gemma.union(["sliding_window_pattern", "rope_local_base_freq"]),
        defaults: gemmaDefaults)

    private static let gemma: Set<String> = [
        "hidden_activation", "query_pre_attn_scalar", "final_logit_softcapping", "attention_bias",
    ]
    private static let gemmaDefaults: Configuration = [
        "num_key_value_heads": .integer(4), "head_dim": .integer(256), "sliding_window": .integer(4096),
        "hidden_activation": .text("gelu_pytorch_tanh"), "query_pre_attn_scalar": .integer(256),
    ]
}
