import ModelFiles
import Kernels
import Tensor

/// GPT-2: learned positions, one matrix for queries, keys and values, weights stored [in, out].
struct GPT2: Family {
    let configuration: Configuration
    let name: String
    let has: (String) -> Bool

    struct Configuration: Decodable {
        let n_embd: Int
        let n_layer: Int
        let n_head: Int
        let n_positions: Int
        let n_inner: Int?
        let vocab_size: Int
        let activation_function: String?
        let layer_norm_epsilon: Float?
        let scale_attn_weights: Bool?
        let scale_attn_by_inverse_layer_idx: Bool?
        let tie_word_embeddings: Bool?
        let sft_probe_conv1d_transposed: Bool?  // GGUF holds [out, in]
    }

    func decoder(path: String) throws(ModelError) -> Decoder {
        let c = configuration
        guard c.n_embd > 0, c.n_layer > 0, c.n_head > 0, c.n_embd % c.n_head == 0, c.n_positions > 0,
            c.vocab_size > 0
        else {
            throw .configuration(
                path: path, key: "n_head", expected: "a divisor of n_embd, and all sizes 1 or more",
                found: "\(c.n_head) of \(c.n_embd)")
        }
        let prefix = has("wte.weight") ? "" : "transformer."
        let (d, dHead, epsilon) = (c.n_embd, c.n_embd / c.n_head, c.layer_norm_epsilon ?? 1e-5)
        let inner = c.n_inner ?? 4 * d
        let isTransposed = !(c.sft_probe_conv1d_transposed ?? false)
        let activation = try Activation(named: c.activation_function ?? "gelu_new", path: path)
        func projection(_ name: String, _ input: Int, _ output: Int) -> Projection {
            Projection(name, from: input, to: output, hasBias: true, isTransposed: isTransposed)
        }
        func norm(_ name: String) -> Norm { Norm(name, .layer(hasBias: true), width: d, epsilon: epsilon) }
        let blocks = (0..<c.n_layer).map { layer in
            let plain = c.scale_attn_weights ?? true ? 1 / Float(dHead).squareRoot() : 1
            let scale = c.scale_attn_by_inverse_layer_idx ?? false ? plain / Float(layer + 1) : plain
            return Block(
                attentionNorm: norm("ln_1"),
                attention: SelfAttention(
                    entry: .fused(projection("attn.c_attn", d, 3 * d)),
                    output: projection("attn.c_proj", d, d),
                    heads: c.n_head, keyValueHeads: c.n_head, dHead: dHead, scale: scale, rotary: nil),
                feedForwardNorm: norm("ln_2"),
                feedForward: FeedForward(
                    entry: .plain(projection("mlp.c_fc", d, inner)), down: projection("mlp.c_proj", inner, d),
                    activation: activation))
        }
        return Decoder(
            family: name,
            names: Decoder.Names(
                embedding: "\(prefix)wte", positions: "\(prefix)wpe", layers: "\(prefix)h", head: "lm_head"),
            embedding: .absent([c.vocab_size, d]), positions: .absent([c.n_positions, d]), blocks: blocks,
            norm: norm("\(prefix)ln_f"),
            head: c.tie_word_embeddings ?? true ? nil : .absent([c.vocab_size, d]),
            contextLength: c.n_positions, rotary: [])
    }
}

extension FamilyRow {
    static let gpt2 = FamilyRow(
        keys: .gpt2,
        make: { (source, name) throws(ModelError) in
            GPT2(configuration: try decoded(source), name: name) { source.tensors[$0] != nil }
        }, prefix: "transformer.", targets: ["c_attn"], isConv1D: true)
}

extension FamilyKeys {
    fileprivate static let gpt2 = FamilyKeys([
        "n_embd", "n_layer", "n_head", "n_positions", "n_inner", "vocab_size", "activation_function",
        "layer_norm_epsilon", "scale_attn_weights", "scale_attn_by_inverse_layer_idx",
        "tie_word_embeddings",
        "sft_probe_conv1d_transposed",
    ])
}
