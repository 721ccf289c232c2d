import ModelFiles

/// GPT-NeoX, the Pythias: queries, keys and values in one matrix head by head; attention and feed-forward side by side.
struct GPTNeoX: Family {
    let common: CommonConfiguration
    let extra: Extra
    let name: String
    let hasHead: (String) -> Bool

    struct Extra: Decodable {
        let rotary_pct: Float?
        let rotary_emb_base: Float?
        let use_parallel_residual: Bool?
    }

    func decoder(path: String) throws(ModelError) -> Decoder {
        let (d, heads) = (common.hidden_size, common.num_attention_heads)
        guard heads * common.dHead == d else {
            throw .configuration(
                path: path, key: "num_attention_heads", expected: "heads that make up hidden_size, \(d)",
                found: "\(heads) of \(common.dHead)")
        }
        let kind = Norm.Kind.layer(hasBias: true)
        let hasBias = common.attention_bias ?? true
        let block = Block(
            attentionNorm: common.norm("input_layernorm", kind, epsilon: 1e-5),
            attention: SelfAttention(
                entry: .interleaved(
                    Projection("attention.query_key_value", from: d, to: 3 * d, hasBias: hasBias)),
                output: Projection("attention.dense", from: d, to: d, hasBias: hasBias),
                heads: heads, keyValueHeads: heads, dHead: common.dHead,
                scale: 1 / Float(common.dHead).squareRoot()),
            feedForwardNorm: common.norm("post_attention_layernorm", kind, epsilon: 1e-5),
            feedForward: FeedForward(
                entry: .plain(Projection("mlp.dense_h_to_4h", from: d, to: common.dMLP, hasBias: true)),
                down: Projection("mlp.dense_4h_to_h", from: common.dMLP, to: d, hasBias: true),
                activation: try common.activation(default: "gelu", path: path)),
            isParallel: extra.use_parallel_residual ?? true)
        let names = Decoder.Names(
            embedding: "gpt_neox.embed_in", layers: "gpt_neox.layers",
            head: hasHead("lm_head.weight") ? "lm_head" : "embed_out")  // renamed in transformers 5
        return common.decoder(
            name, blocks: Array(repeating: block, count: common.num_hidden_layers),
            norm: common.norm("gpt_neox.final_layer_norm", kind, epsilon: 1e-5),
            rotary: [
                try common.rotary(
                    theta: extra.rotary_emb_base ?? 10_000, share: extra.rotary_pct ?? 0.25, path: path)
            ],
            tied: false, names: names)
    }
}

extension FamilyRow {
    static let gpt_neox = FamilyRow(
        keys: .gpt_neox,
        make: { (source, name) throws(ModelError) in
            GPTNeoX(common: try common(source), extra: try decoded(source), name: name) {
                source.tensors[$0] != nil
            }
        }, targets: ["query_key_value"])
}

extension FamilyKeys {
    fileprivate static let gpt_neox = FamilyKeys(
        sizes.union(rotary).subtracting(["rope_theta"]),
        ["layer_norm_eps", "rotary_pct", "rotary_emb_base", "use_parallel_residual", "attention_bias"])
}
