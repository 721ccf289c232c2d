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
