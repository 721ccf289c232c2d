/// StableLM 2: layer norms, a part of each head rotates.
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
        guard !(extra.qk_layernorm ?? false) else {
            throw .configuration(
                path: path, key: "qk_layernorm", expected: "false (norms for each head apart are not read)",
                found: "true")
        }
        let isParallel = extra.use_parallel_residual ?? false
        let kind = Norm.Kind.layer(hasBias: true)
        let block = Block(
            attentionNorm: common.norm("input_layernorm", kind, epsilon: 1e-5),
            attention: common.attention(hasBias: extra.use_qkv_bias ?? false, hasOutputBias: false),
            feedForwardNorm: isParallel ? nil : common.norm("post_attention_layernorm", kind, epsilon: 1e-5),
            feedForward: common.gatedFeedForward(try common.activation(default: "silu", path: path), hasBias: false),
            isParallel: isParallel)
        return common.decoder(
            name, blocks: Array(repeating: block, count: common.num_hidden_layers),
            norm: common.norm("model.norm", kind, epsilon: 1e-5),
            rotary: [try common.rotary(share: 0.25, path: path)], tied: false)
    }
}
