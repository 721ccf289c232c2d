import ModelFiles

/// Qwen 2, with biases on queries, keys and values; and Qwen 3, with norms on each head's queries and keys.
struct Qwen: Family {
    let common: CommonConfiguration
    let extra: Extra
    let name: String

    struct Extra: Decodable {
        let use_sliding_window: Bool?
        let max_window_layers: Int?
    }

    func decoder(path: String) throws(ModelError) -> Decoder {
        let isThird = name == "qwen3"
        let hasBias = isThird ? common.attention_bias ?? false : true
        var attention = common.attention(hasBias: hasBias, hasOutputBias: isThird && hasBias)
        if isThird {
            let epsilon = common.rms_norm_eps ?? 1e-6
            attention.norm = .eachHead(
                query: Norm("self_attn.q_norm", .rms, width: common.dHead, epsilon: epsilon),
                key: Norm("self_attn.k_norm", .rms, width: common.dHead, epsilon: epsilon))
        }
        let block = Block(
            attentionNorm: common.norm("input_layernorm"), attention: attention,
            feedForwardNorm: common.norm("post_attention_layernorm"),
            feedForward: common.gatedFeedForward(
                try common.activation(default: "silu", path: path), hasBias: false))
        var blocks = Array(repeating: block, count: common.num_hidden_layers)
        if extra.use_sliding_window ?? false {
            for layer in blocks.indices {
                blocks[layer].attention.window = common.window(layer: layer) {
                    $0 >= extra.max_window_layers ?? 28
                }
            }
        }
        return common.decoder(
            name, blocks: blocks, norm: common.norm("model.norm"), rotary: [try common.rotary(path: path)],
            tied: false)
    }
}

extension FamilyRow {
    static let qwen2 = FamilyRow(keys: .qwen2, make: make)
    static let qwen3 = FamilyRow(keys: .qwen3, make: make)
    private static let make: Make = { (source, name) throws(ModelError) in
        Qwen(common: try common(source), extra: try decoded(source), name: name)
    }
}

extension FamilyKeys {
    fileprivate static let qwen2 = FamilyKeys(
        modern.union(windows), ["use_sliding_window", "max_window_layers"],
        defaults: ["num_key_value_heads": .integer(32), "sliding_window": .integer(4096)])
    fileprivate static let qwen3 = FamilyKeys(
        modern.union(windows), ["use_sliding_window", "max_window_layers", "attention_bias"],
        defaults: [
            "num_key_value_heads": .integer(32), "head_dim": .integer(128),
            "sliding_window": .integer(4096),
        ])
}
