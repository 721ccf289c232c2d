import Kernels

extension GGUF {
    /// Every second layer sees all positions, the others a window.
    func gemma2Keys(_ extents: GGUFExtents) throws(ModelFileError) -> Configuration {
        try modernKeys(extents).with([
            "hidden_activation": .text("gelu_pytorch_tanh"),
            "query_pre_attn_scalar": try queryScalar(extents, largest: 46),
            "sliding_window": .integer(try integer(key("attention.sliding_window")) ?? 4096),
            "layer_types": layerTypes(extents, period: 2),
            "attn_logit_softcapping": .number(try real(key("attn_logit_softcapping")) ?? 50),
            "final_logit_softcapping": .number(try real(key("final_logit_softcapping")) ?? 30),
        ])
    }

    /// Every sixth layer sees all positions, the others a window, for which they rotate faster.
    func gemma3Keys(_ extents: GGUFExtents) throws(ModelFileError) -> Configuration {
        let window = try integer(key("attention.sliding_window"))
        let period = try window == nil ? 1 : integer(key("attention.sliding_window_pattern")) ?? 6
        guard period > 0 else {
            throw .malformed(
                path: file.path, place: "metadata value \(try key("attention.sliding_window_pattern"))",
                expected: "at least 1", found: "0")
        }
        var keys = try modernKeys(extents).with([
            "hidden_activation": .text("gelu_pytorch_tanh"),
            "query_pre_attn_scalar": try queryScalar(extents, largest: 62),
            "sliding_window_pattern": .integer(period),
            "layer_types": layerTypes(extents, period: period),
            "rope_theta": .number(try real(key("rope.freq_base")) ?? 1_000_000),
            "rope_local_base_freq": .number(try real(key("rope.freq_base_swa")) ?? 10_000),
        ])
        keys["sliding_window"] = window.map { .integer($0) }
        keys["final_logit_softcapping"] = try real(key("final_logit_softcapping")).map { .number($0) }
        return keys
    }

    private func layerTypes(_ extents: GGUFExtents, period: Int) -> ConfigurationValue {
        .list(
            (1...extents.layers).map {
                .text($0.isMultiple(of: period) ? "full_attention" : "sliding_attention")
            })
    }

    /// The number whose root divides the products of queries and keys: written as the quotient, or the width of a head,
    /// save in the model with the most layers, whose heads are narrower than their share of the model.
    private func queryScalar(
        _ extents: GGUFExtents, largest layers: Int
    ) throws(ModelFileError) -> ConfigurationValue {
        let scale = try key("attention.scale")
        guard let written = try real(scale) else {
            return .integer(extents.layers == layers ? extents.width / extents.heads : extents.headDimension)
        }
        let scalar = 1 / (written * written)
        guard scalar.isFinite, scalar > 0 else {
            throw .malformed(
                path: file.path, place: "metadata value \(scale)", expected: "a positive number",
                found: "\(written)")
        }
        let whole = scalar.rounded()  // the root and its rounding undone
        return abs(scalar - whole) < 1e-5 * scalar && whole < 1e6 ? .integer(Int(whole)) : .number(scalar)
    }
}
