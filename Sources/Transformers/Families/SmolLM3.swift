import ModelFiles

/// SmolLM 3: a Llama whose every fourth layer does not rotate.
struct SmolLM3: Family {
    let common: CommonConfiguration
    let extra: Extra
    let name: String

    struct Extra: Decodable {
        let no_rope_layers: [Int]?  // 1 where a layer rotates
        let no_rope_layer_interval: Int?
        let use_sliding_window: Bool?
    }

    func decoder(path: String) throws(ModelError) -> Decoder {
        let interval = extra.no_rope_layer_interval ?? 4
        let rotates =
            extra.no_rope_layers?.map { $0 != 0 }
            ?? (0..<common.num_hidden_layers).map { ($0 + 1) % interval != 0 }
        guard rotates.count == common.num_hidden_layers else {
            throw .configuration(
                path: path, key: "no_rope_layers", expected: "\(common.num_hidden_layers) entries",
                found: "\(rotates.count)")
        }
        let activation = try common.activation(default: "silu", path: path)
        let hasBias = common.attention_bias ?? false
        let blocks = (0..<common.num_hidden_layers).map { layer in
            var attention = common.attention(hasBias: hasBias, hasOutputBias: hasBias)
            attention.rotary = rotates[layer] ? 0 : nil
            if extra.use_sliding_window ?? false {
                attention.window = common.window(layer: layer) { !rotates[$0] }
            }
            return Block(
                attentionNorm: common.norm("input_layernorm"), attention: attention,
                feedForwardNorm: common.norm("post_attention_layernorm"),
                feedForward: common.gatedFeedForward(activation, hasBias: common.mlp_bias ?? false))
        }
        return common.decoder(
            name, blocks: blocks, norm: common.norm("model.norm"),
            rotary: [try common.rotary(theta: 2_000_000, path: path)], tied: true)
    }
}

extension FamilyRow {
    static let smollm3 = FamilyRow(
        keys: .smollm3,
        make: { (source, name) throws(ModelError) in
            SmolLM3(common: try common(source), extra: try decoded(source), name: name)
        })
}

extension FamilyKeys {
    fileprivate static let smollm3 = FamilyKeys(
        modern.union(windows),
        ["no_rope_layers", "no_rope_layer_interval", "use_sliding_window", "attention_bias", "mlp_bias"],
        defaults: ["num_key_value_heads": .integer(4)])
}
