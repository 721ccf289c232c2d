import Foundation
import Kernels
import Tensor

/// The keys of a Llama's `config.json` that decide what is computed: SmolLM, SmolLM2, TinyLlama, Llama 1 to 3.
struct LlamaConfiguration: Decodable {
    let hidden_size: Int
    let intermediate_size: Int
    let num_hidden_layers: Int
    let num_attention_heads: Int
    let num_key_value_heads: Int?
    let head_dim: Int?
    let vocab_size: Int
    let max_position_embeddings: Int
    let rms_norm_eps: Float
    let hidden_act: String?
    let attention_bias: Bool?
    let mlp_bias: Bool?
    let tie_word_embeddings: Bool?
    let rope_theta: Float?
    let rope_scaling: RotaryConfiguration?
    let rope_parameters: RotaryConfiguration?  // holds both since transformers 5

    func decoder(path: String) throws(ModelError) -> Decoder {
        func check(_ key: String, _ value: Int, _ expected: String, _ holds: Bool) throws(ModelError) {
            guard holds else {
                throw .configuration(path: path, key: key, expected: expected, found: "\(value)")
            }
        }
        let keyValueHeads = num_key_value_heads ?? num_attention_heads
        try check("num_hidden_layers", num_hidden_layers, "1 or more", num_hidden_layers > 0)
        try check("hidden_size", hidden_size, "1 or more", hidden_size > 0)
        try check("intermediate_size", intermediate_size, "1 or more", intermediate_size > 0)
        try check("vocab_size", vocab_size, "1 or more", vocab_size > 0)
        try check("num_attention_heads", num_attention_heads, "1 or more", num_attention_heads > 0)
        try check(
            "num_key_value_heads", keyValueHeads, "a divisor of \(num_attention_heads)",
            keyValueHeads > 0 && num_attention_heads % keyValueHeads == 0)
        let dHead = head_dim ?? hidden_size / num_attention_heads
        try check("head_dim", dHead, "an even number", dHead > 0 && dHead % 2 == 0)
        guard ["silu", "swish", nil].contains(hidden_act) else {
            throw .configuration(path: path, key: "hidden_act", expected: "silu", found: hidden_act ?? "")
        }
        let rotary = rope_parameters ?? rope_scaling
        let block = Block(
            attentionNorm: RMSNorm(width: hidden_size, epsilon: rms_norm_eps),
            attention: SelfAttention(
                dModel: hidden_size, heads: num_attention_heads, keyValueHeads: keyValueHeads, dHead: dHead,
                hasBias: attention_bias ?? false),
            feedForwardNorm: RMSNorm(width: hidden_size, epsilon: rms_norm_eps),
            feedForward: FeedForward(
                dModel: hidden_size, dMLP: intermediate_size, activation: .silu, hasBias: mlp_bias ?? false))
        return Decoder(
            embedding: .absent([vocab_size, hidden_size]),
            blocks: Array(repeating: block, count: num_hidden_layers),
            norm: RMSNorm(width: hidden_size, epsilon: rms_norm_eps),
            head: tie_word_embeddings ?? false ? nil : .absent([vocab_size, hidden_size]),
            contextLength: max_position_embeddings,
            frequencies: try RotaryConfiguration.frequencies(
                rotary, theta: rotary?.rope_theta ?? rope_theta ?? 10_000, dHead: dHead, path: path))
    }
}
