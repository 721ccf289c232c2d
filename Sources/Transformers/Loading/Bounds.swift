import JSON
import ModelFiles

/// Refuses a configuration with a number that no model has, whichever family reads it: every number is bounded here once,
/// the sizes by the tensors that are there, before anything is counted or made of them.
///
/// - Throws: ``ModelError/configuration(path:key:expected:found:)`` at the first such number.
func requireBounded(_ source: ModelSource) throws(ModelError) {
    // Where it is no object, the family's reader says what is wrong.
    guard let configuration = try? JSONValue(parsing: source.configuration[...], .python).members else {
        return
    }
    let sizes = Sizes(
        extent: max(1 << 16, source.tensors.values.flatMap(\.shape).max() ?? 0),
        layers: max(64, source.tensors.count))
    try requireBounded(configuration, within: "", sizes, path: source.path)
}

/// The largest sizes that the tensors of a model allow.
private struct Sizes {
    /// No width, vocabulary or number of heads is larger than the longest side of a tensor.
    let extent: Int
    /// Each layer has a tensor.
    let layers: Int

    /// The bounds of a number by its key; nil for what nothing is computed from.
    func bounds(of key: String) -> ClosedRange<Double>? {
        switch key {
        case "hidden_size", "n_embd", "intermediate_size", "ffn_dim", "n_inner", "vocab_size", "head_dim",
            "word_embed_proj_dim", "type_vocab_size", "dim", "hidden_dim":
            1...Double(extent)
        case "num_attention_heads", "num_key_value_heads", "n_head", "n_heads": 1...4096
        case "num_hidden_layers", "n_layer", "n_layers": 1...Double(layers)
        case "max_position_embeddings", "n_positions", "original_max_position_embeddings", "sliding_window":
            1...0x1p30
        case "sliding_window_pattern", "no_rope_layer_interval": 1...65536
        case "max_window_layers": 0...65536
        case "partial_rotary_factor", "rotary_pct": 0...1
        case "rope_theta", "rotary_emb_base", "rope_local_base_freq", "query_pre_attn_scalar",
            "attn_logit_softcapping", "final_logit_softcapping":
            1e-6...1e12
        case "factor", "attention_factor", "beta_fast", "beta_slow", "low_freq_factor", "high_freq_factor":
            1e-6...1e9
        case "rms_norm_eps", "layer_norm_eps", "layer_norm_epsilon": 0...1
        default: nil
        }
    }
}

private func requireBounded(
    _ members: [JSONValue.Member], within place: String, _ sizes: Sizes, path: String
) throws(ModelError) {
    for member in members.sorted(by: { $0.key < $1.key }) {
        let (key, value) = (member.key, member.value)
        if let inner = value.members, ["rope_scaling", "rope_parameters"].contains(key) || !place.isEmpty {
            try requireBounded(inner, within: "\(place)\(key).", sizes, path: path)
        } else if let factors = value.array, ["short_factor", "long_factor"].contains(key) {
            for factor in factors {
                guard let number = factor.number, !(1e-6...1e9).contains(number) else { continue }
                throw .configuration(
                    path: path, key: place + key, expected: "factors from 1e-06 to 1e+09",
                    found: shown(number))
            }
        } else if let bounds = sizes.bounds(of: key), let number = value.number, !bounds.contains(number) {
            throw .configuration(
                path: path, key: place + key,
                expected: "\(shown(bounds.lowerBound)) to \(shown(bounds.upperBound))", found: shown(number))
        }
    }
}

private func shown(_ number: Double) -> String {
    number == number.rounded() && abs(number) < 1e15 ? "\(Int(number))" : "\(number)"
}
