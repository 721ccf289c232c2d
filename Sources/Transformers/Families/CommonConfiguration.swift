import Kernels
import Tensor

/// The keys of `config.json` that most families share, in both spellings that transformers has written.
struct CommonConfiguration: Decodable {
    let hidden_size: Int
    let intermediate_size: Int?
    let num_hidden_layers: Int
    let num_attention_heads: Int
    let num_key_value_heads: Int?
    let head_dim: Int?
    let vocab_size: Int
    let max_position_embeddings: Int
    let rms_norm_eps: Float?
    let layer_norm_eps: Float?
    let hidden_act: String?
    let hidden_activation: String?
    let attention_bias: Bool?
    let mlp_bias: Bool?
    let tie_word_embeddings: Bool?
    let rope_theta: Float?
    let rope_scaling: RotaryConfiguration?
    let rope_parameters: RotaryConfiguration?  // holds both since transformers 5
    let partial_rotary_factor: Float?
    let sliding_window: Int?
    let layer_types: [String]?
    let original_max_position_embeddings: Float?

    /// The width of a head: given, or the width of the stream over the heads.
    var dHead: Int { head_dim ?? hidden_size / max(1, num_attention_heads) }
    var keyValueHeads: Int { num_key_value_heads ?? num_attention_heads }
    var dMLP: Int { intermediate_size ?? 4 * hidden_size }
    /// What stretches the rotation, wherever it stands.
    var scaling: RotaryConfiguration? {
        var scaling = rope_scaling ?? rope_parameters
        if let outer = original_max_position_embeddings {
            scaling?.original_max_position_embeddings = outer
        }
        return scaling
    }

    /// Throws where the values cannot be those of a model.
    func check(path: String) throws(ModelError) {
        for (key, value) in [
            ("hidden_size", hidden_size), ("intermediate_size", dMLP),
            ("num_hidden_layers", num_hidden_layers),
            ("num_attention_heads", num_attention_heads), ("vocab_size", vocab_size),
            ("max_position_embeddings", max_position_embeddings), ("head_dim", dHead),
        ] where value < 1 {
            throw .configuration(path: path, key: key, expected: "1 or more", found: "\(value)")
        }
        guard keyValueHeads > 0, num_attention_heads % keyValueHeads == 0 else {
            throw .configuration(
                path: path, key: "num_key_value_heads", expected: "a divisor of \(num_attention_heads)",
                found: "\(keyValueHeads)")
        }
        if let layer_types, layer_types.count != num_hidden_layers {
            throw .configuration(
                path: path, key: "layer_types", expected: "\(num_hidden_layers) entries",
                found: "\(layer_types.count)")
        }
    }

    /// The rotation of heads.
    ///
    /// - Parameter share: How much of a head turns where the rotation does not say it; nil for families that turn all of it,
    ///   whatever it says.
    func rotary(theta: Float = 10_000, share: Float? = nil, path: String) throws(ModelError) -> Rotary {
        let share = share.map { scaling?.partial_rotary_factor ?? $0 } ?? 1
        let width = Int(Float(dHead) * share)
        guard width >= 2, width % 2 == 0, width <= dHead else {
            throw .configuration(
                path: path, key: "partial_rotary_factor", expected: "an even part of \(dHead)",
                found: "\(width)")
        }
        return try RotaryConfiguration.rotary(
            scaling, theta: scaling?.rope_theta ?? rope_theta ?? theta, width: width,
            context: max_position_embeddings, path: path)
    }

    /// The nonlinearity by its name in transformers.
    func activation(default name: String, path: String) throws(ModelError) -> Activation {
        try Activation(named: hidden_activation ?? hidden_act ?? name, path: path)
    }

    /// The width of the window of a layer, by `layer_types` where there are any.
    func window(layer: Int, default slides: (Int) -> Bool) -> Int? {
        let isSliding = layer_types.map { $0[layer] == "sliding_attention" } ?? slides(layer)
        return isSliding ? sliding_window : nil
    }

    /// Attention with a projection for each of queries, keys and values.
    func attention(
        hasBias: Bool, hasOutputBias: Bool, output: String = "self_attn.o_proj", scale: Float? = nil
    ) -> SelfAttention {
        func projection(_ name: String, _ heads: Int) -> Projection {
            Projection("self_attn.\(name)", from: hidden_size, to: heads * dHead, hasBias: hasBias)
        }
        return SelfAttention(
            entry: .separate(
                query: projection("q_proj", num_attention_heads), key: projection("k_proj", keyValueHeads),
                value: projection("v_proj", keyValueHeads)),
            output: Projection(
                output, from: num_attention_heads * dHead, to: hidden_size, hasBias: hasOutputBias),
            heads: num_attention_heads, keyValueHeads: keyValueHeads, dHead: dHead,
            scale: scale ?? 1 / Float(dHead).squareRoot())
    }

    /// `gate_proj`, `up_proj`, `down_proj`.
    func gatedFeedForward(_ activation: Activation, hasBias: Bool) -> FeedForward {
        FeedForward(
            entry: .gated(
                gate: Projection("mlp.gate_proj", from: hidden_size, to: dMLP, hasBias: hasBias),
                up: Projection("mlp.up_proj", from: hidden_size, to: dMLP, hasBias: hasBias)),
            down: Projection("mlp.down_proj", from: dMLP, to: hidden_size, hasBias: hasBias),
            activation: activation)
    }

    /// A norm of the stream's width.
    func norm(_ name: String, _ kind: Norm.Kind = .rms, epsilon: Float = 1e-6) -> Norm {
        Norm(name, kind, width: hidden_size, epsilon: rms_norm_eps ?? layer_norm_eps ?? epsilon)
    }

    /// The model around these blocks.
    func decoder(
        _ family: String, blocks: [Block], norm: Norm, rotary: [Rotary], tied: Bool,
        names: Decoder.Names = Decoder.Names()
    ) -> Decoder {
        Decoder(
            family: family, names: names, embedding: .absent([vocab_size, hidden_size]), blocks: blocks,
            norm: norm,
            head: tie_word_embeddings ?? tied ? nil : .absent([vocab_size, hidden_size]),
            contextLength: max_position_embeddings, rotary: rotary)
    }
}

extension Activation {
    init(named name: String, path: String) throws(ModelError) {
        switch name {
        case "silu", "swish": self = .silu
        case "gelu", "gelu_python": self = .gelu
        case "gelu_new", "gelu_pytorch_tanh", "gelu_fast", "gelu_python_tanh", "gelu_accurate":
            self = .geluTanh
        case "relu": self = .relu
        default:
            throw .configuration(
                path: path, key: "hidden_act", expected: "silu, gelu, gelu_new, gelu_pytorch_tanh or relu",
                found: name)
        }
    }
}
