import ModelFiles

/// OLMo 2: norms on what attention and feed-forward add, and on all queries and all keys.
struct OLMo2: Family {
    let common: CommonConfiguration
    let name: String

    func decoder(path: String) throws(ModelError) -> Decoder {
        let epsilon = common.rms_norm_eps ?? 1e-5
        let hasBias = common.attention_bias ?? false
        var attention = common.attention(hasBias: hasBias, hasOutputBias: hasBias)
        attention.norm = .allHeads(
            query: Norm(
                "self_attn.q_norm", .rms, width: common.num_attention_heads * common.dHead, epsilon: epsilon),
            key: Norm("self_attn.k_norm", .rms, width: common.keyValueHeads * common.dHead, epsilon: epsilon))
        let block = Block(
            attentionNorm: nil, attention: attention,
            attentionOutputNorm: common.norm("post_attention_layernorm", epsilon: epsilon),
            feedForwardNorm: nil,
            feedForward: common.gatedFeedForward(
                try common.activation(default: "silu", path: path), hasBias: false),
            feedForwardOutputNorm: common.norm("post_feedforward_layernorm", epsilon: epsilon))
        return common.decoder(
            name, blocks: Array(repeating: block, count: common.num_hidden_layers),
            norm: common.norm("model.norm", epsilon: epsilon),
            rotary: [try common.rotary(path: path)],
            tied: false)
    }
}

extension FamilyRow {
    static let olmo2 = FamilyRow(
        keys: .olmo2,
        make: { (source, name) throws(ModelError) in
            OLMo2(common: try common(source), name: name)
        })
}

extension FamilyKeys {
    fileprivate static let olmo2 = FamilyKeys(modern, ["attention_bias"])
}
