import ModelFiles

/// Llama 1 to 3, SmolLM, SmolLM2, TinyLlama; and Mistral, which adds a window.
struct Llama: Family {
    let common: CommonConfiguration
    let name: String

    func decoder(path: String) throws(ModelError) -> Decoder {
        let block = Block(
            attentionNorm: common.norm("input_layernorm"),
            attention: common.attention(
                hasBias: common.attention_bias ?? false, hasOutputBias: common.attention_bias ?? false),
            feedForwardNorm: common.norm("post_attention_layernorm"),
            feedForward: common.gatedFeedForward(
                try common.activation(default: "silu", path: path), hasBias: common.mlp_bias ?? false))
        var blocks = Array(repeating: block, count: common.num_hidden_layers)
        if name == "mistral" {
            for layer in blocks.indices {
                blocks[layer].attention.window = common.window(layer: layer) { _ in true }
            }
        }
        return common.decoder(
            name, blocks: blocks, norm: common.norm("model.norm"), rotary: [try common.rotary(path: path)],
            tied: false)
    }
}

extension FamilyRow {
    static let llama = FamilyRow(keys: .llama, make: make)
    static let mistral = FamilyRow(keys: .mistral, make: make)
    private static let make: Make = { (source, name) throws(ModelError) in
        Llama(common: try common(source), name: name)
    }
}

extension FamilyKeys {
    fileprivate static let llama = FamilyKeys(modern, ["attention_bias", "mlp_bias"])
    fileprivate static let mistral = FamilyKeys(
        modern, ["sliding_window"],
        defaults: ["num_key_value_heads": .integer(8), "sliding_window": .integer(4096)])
}
