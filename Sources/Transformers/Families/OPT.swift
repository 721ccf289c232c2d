import ModelFiles
import Kernels
import Tensor

/// OPT: learned positions that begin at row 2, ReLU.
struct OPT: Family {
    let configuration: Configuration
    let name: String
    let has: (String) -> Bool

    struct Configuration: Decodable {
        let hidden_size: Int
        let ffn_dim: Int
        let num_hidden_layers: Int
        let num_attention_heads: Int
        let vocab_size: Int
        let max_position_embeddings: Int
        let word_embed_proj_dim: Int?
        let do_layer_norm_before: Bool?
        let activation_function: String?
        let enable_bias: Bool?
        let layer_norm_elementwise_affine: Bool?
        let tie_word_embeddings: Bool?
    }

    func decoder(path: String) throws(ModelError) -> Decoder {
        let c = configuration
        guard c.do_layer_norm_before ?? true, c.word_embed_proj_dim ?? c.hidden_size == c.hidden_size,
            c.layer_norm_elementwise_affine ?? true
        else {
            throw .configuration(
                path: path, key: "do_layer_norm_before, word_embed_proj_dim",
                expected: "norms before each part and an embedding of the stream's width",
                found: "another form (opt-350m)")
        }
        let (d, hasBias) = (c.hidden_size, c.enable_bias ?? true)
        guard d > 0, c.num_attention_heads > 0, d % c.num_attention_heads == 0, c.num_hidden_layers > 0 else {
            throw .configuration(
                path: path, key: "num_attention_heads", expected: "a divisor of hidden_size",
                found: "\(c.num_attention_heads)")
        }
        let dHead = d / c.num_attention_heads
        func projection(_ name: String, _ input: Int, _ output: Int) -> Projection {
            Projection(name, from: input, to: output, hasBias: hasBias)
        }
        func norm(_ name: String) -> Norm { Norm(name, .layer(hasBias: true), width: d, epsilon: 1e-5) }
        let prefix = has("decoder.embed_tokens.weight") ? "decoder" : "model.decoder"
        let block = Block(
            attentionNorm: norm("self_attn_layer_norm"),
            attention: SelfAttention(
                entry: .separate(
                    query: projection("self_attn.q_proj", d, d), key: projection("self_attn.k_proj", d, d),
                    value: projection("self_attn.v_proj", d, d)),
                output: projection("self_attn.out_proj", d, d), heads: c.num_attention_heads,
                keyValueHeads: c.num_attention_heads, dHead: dHead, scale: 1 / Float(dHead).squareRoot(),
                rotary: nil),
            feedForwardNorm: norm("final_layer_norm"),
            feedForward: FeedForward(
                entry: .plain(projection("fc1", d, c.ffn_dim)), down: projection("fc2", c.ffn_dim, d),
                activation: try Activation(named: c.activation_function ?? "relu", path: path)))
        return Decoder(
            family: name,
            names: Decoder.Names(
                embedding: "\(prefix).embed_tokens", positions: "\(prefix).embed_positions",
                layers: "\(prefix).layers", head: "lm_head"),
            embedding: .absent([c.vocab_size, d]), positions: .absent([c.max_position_embeddings + 2, d]),
            positionOffset: 2, blocks: Array(repeating: block, count: c.num_hidden_layers),
            norm: norm("\(prefix).final_layer_norm"),
            head: c.tie_word_embeddings ?? true ? nil : .absent([c.vocab_size, d]),
            contextLength: c.max_position_embeddings, rotary: [])
    }
}

extension FamilyRow {
    static let opt = FamilyRow(
        keys: .opt,
        make: { (source, name) throws(ModelError) in
            OPT(configuration: try decoded(source), name: name) { source.tensors[$0] != nil }
        }, prefix: "model.")
}

extension FamilyKeys {
    fileprivate static let opt = FamilyKeys([
        "hidden_size", "ffn_dim", "num_hidden_layers", "num_attention_heads", "vocab_size",
        "max_position_embeddings", "word_embed_proj_dim", "do_layer_norm_before", "activation_function",
        "enable_bias", "layer_norm_elementwise_affine", "tie_word_embeddings",
    ])
}
