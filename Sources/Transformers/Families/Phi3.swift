import ModelFiles

/// Phi 3: a Llama with queries, keys and values in one matrix, and gate and up in another.
struct Phi3: Family {
    let common: CommonConfiguration
    let name: String

    func decoder(path: String) throws(ModelError) -> Decoder {
        let (heads, shared, dHead) = (common.num_attention_heads, common.keyValueHeads, common.dHead)
        let attention = SelfAttention(
            entry: .fused(
                Projection("self_attn.qkv_proj", from: common.hidden_size, to: (heads + 2 * shared) * dHead)),
            output: Projection("self_attn.o_proj", from: heads * dHead, to: common.hidden_size),
            heads: heads, keyValueHeads: shared, dHead: dHead, scale: 1 / Float(dHead).squareRoot())
        let activation = try common.activation(default: "silu", path: path)
        let blocks = (0..<common.num_hidden_layers).map { layer in
            var attention = attention
            attention.window = common.window(layer: layer) { _ in true }
            return Block(
                attentionNorm: common.norm("input_layernorm", epsilon: 1e-5), attention: attention,
                feedForwardNorm: common.norm("post_attention_layernorm", epsilon: 1e-5),
                feedForward: FeedForward(
                    entry: .fused(
                        Projection("mlp.gate_up_proj", from: common.hidden_size, to: 2 * common.dMLP)),
                    down: Projection("mlp.down_proj", from: common.dMLP, to: common.hidden_size),
                    activation: activation))
        }
        return common.decoder(
            name, blocks: blocks, norm: common.norm("model.norm", epsilon: 1e-5),
            rotary: [try common.rotary(share: common.partial_rotary_factor ?? 1, path: path)], tied: false)
    }
}

extension FamilyRow {
    static let phi3 = FamilyRow(
        keys: .phi3,
        make: { (source, name) throws(ModelError) in
            Phi3(common: try common(source), name: name)
        }, targets: ["qkv_proj"], spacesEveryPart: true)
}

extension FamilyKeys {
    fileprivate static let phi3 = FamilyKeys(
        modern, [share, "sliding_window"], defaults: ["original_max_position_embeddings": .integer(4096)])
}
