import ModelFiles

/// StableLM 2: layer norms, a part of each head rotates; its larger models norm each head of queries and keys.
struct StableLM: Family {
    let common: CommonConfiguration
    let extra: Extra
    let name: String

    struct Extra: Decodable {
        let use_qkv_bias: Bool?
        let qk_layernorm: Bool?
        let use_parallel_residual: Bool?
    }

    func decoder(path: String) throws(ModelError) -> Decoder {
        let isParallel = extra.use_parallel_residual ?? false
        let kind = Norm.Kind.layer(hasBias: true)
        var attention = common.attention(hasBias: extra.use_qkv_bias ?? false, hasOutputBias: false)
        if extra.qk_layernorm ?? false {
            attention.norm = .apart(
                query: norms("q", common.num_attention_heads), key: norms("k", common.keyValueHeads))
        }
        let block = Block(
            attentionNorm: common.norm("input_layernorm", kind, epsilon: 1e-5), attention: attention,
            feedForwardNorm: isParallel ? nil : common.norm("post_attention_layernorm", kind, epsilon: 1e-5),
            feedForward: common.gatedFeedForward(
                try common.activation(default: "silu", path: path), hasBias: false),
            isParallel: isParallel)
        return common.decoder(
            name, blocks: Array(repeating: block, count: common.num_hidden_layers),
            norm: common.norm("model.norm", kind, epsilon: 1e-5),
            rotary: [try common.rotary(share: common.partial_rotary_factor ?? 0.25, path: path)], tied: false)
    }

    /// A norm without bias for each head.
    private func norms(_ letter: String, _ heads: Int) -> [Norm] {
        (0..<heads).map {
            Norm(
                "self_attn.\(letter)_layernorm.norms.\($0)", .layer(hasBias: false), width: common.dHead,
                epsilon: common.layer_norm_eps ?? 1e-5)
        }
    }
}

extension FamilyRow {
    static let stablelm = FamilyRow(
        keys: .stablelm,
        make: { (source, name) throws(ModelError) in
            StableLM(common: try common(source), extra: try decoded(source), name: name)
        })
}

extension FamilyKeys {
    fileprivate static let stablelm = FamilyKeys(
        sizes.union(rotary),
        [share, "layer_norm_eps", "use_qkv_bias", "qk_layernorm", "use_parallel_residual", "head_dim"],
        defaults: ["num_key_value_heads": .integer(32)])
}
