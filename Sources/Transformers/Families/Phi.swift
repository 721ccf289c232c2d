import ModelFiles
import Tensor

/// Phi 1.5 and 2: attention and feed-forward side by side on one norm, biases everywhere.
struct Phi: Family {
    let common: CommonConfiguration
    let extra: Extra
    let name: String

    struct Extra: Decodable { let qk_layernorm: Bool? }

    func decoder(path: String) throws(ModelError) -> Decoder {
        guard !(extra.qk_layernorm ?? false) else {
            throw .configuration(
                path: path, key: "qk_layernorm", expected: "false (norms of queries and keys are not read)",
                found: "true")
        }
        let kind = Norm.Kind.layer(hasBias: true)
        let block = Block(
            attentionNorm: common.norm("input_layernorm", kind, epsilon: 1e-5),
            attention: common.attention(hasBias: true, hasOutputBias: true, output: "self_attn.dense"),
            feedForwardNorm: nil,
            feedForward: FeedForward(
                entry: .plain(
                    Projection("mlp.fc1", from: common.hidden_size, to: common.dMLP, hasBias: true)),
                down: Projection("mlp.fc2", from: common.dMLP, to: common.hidden_size, hasBias: true),
                activation: try common.activation(default: "gelu_new", path: path)),
            isParallel: true)
        var decoder = common.decoder(
            name, blocks: Array(repeating: block, count: common.num_hidden_layers),
            norm: common.norm("model.final_layernorm", kind, epsilon: 1e-5),
            rotary: [try common.rotary(share: common.partial_rotary_factor ?? 0.5, path: path)], tied: false)
        decoder.headBias = .absent([common.vocab_size])
        return decoder
    }
}

extension FamilyRow {
    static let phi = FamilyRow(
        keys: .phi,
        make: { (source, name) throws(ModelError) in
            Phi(common: try common(source), extra: try decoded(source), name: name)
        }, targets: ["q_proj", "v_proj", "fc1", "fc2"])
}

extension FamilyKeys {
    fileprivate static let phi = FamilyKeys(
        sizes.union(rotary), [share, "layer_norm_eps", "qk_layernorm", "head_dim"])
}
