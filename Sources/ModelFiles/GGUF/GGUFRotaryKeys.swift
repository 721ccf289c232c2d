import Foundation
import Kernels

extension GGUFExtents {
    /// The part of a head that rotates.
    var partRotated: ConfigurationValue { .number(Float(rotated) / Float(headDimension)) }
}

extension GGUF {
    /// The base of the rotation, and how its frequencies are stretched.
    func rotaryKeys(_ extents: GGUFExtents) throws(ModelFileError) -> Configuration {
        let theta = try real(key("rope.freq_base")) ?? 10_000  // what llama.cpp assumes
        var keys: Configuration = ["rope_theta": .number(theta)]
        let scaling = try [
            writtenScaling(), longScaling(extents), frequencyScaling(extents, theta: theta),
        ].compactMap { $0 }
        guard scaling.count <= 1 else {
            throw .unsupported(
                path: file.path, place: "metadata", found: "rotary frequencies that are scaled twice",
                supported: ["one scaling"])
        }
        keys["rope_scaling"] = scaling.first.map { .object($0) }
        return keys
    }

    /// A linear or YaRN scaling, which is in the metadata. As llama.cpp has it, a factor without a type is linear, older
    /// files call it `rope.scale_linear`, and 0 or none is 1.
    private func writtenScaling() throws(ModelFileError) -> Configuration? {
        let kind = try text(key("rope.scaling.type")) ?? "linear"
        guard kind != "none", kind != "longrope" else { return nil }
        let (older, newer) = (try real(key("rope.scale_linear")), try real(key("rope.scaling.factor")))
        let written = newer ?? older ?? 1
        let factor = written == 0 ? 1 : written
        guard kind != "linear" || factor != 1 else { return nil }
        let extrapolation = try key("rope.scaling.yarn_ext_factor")
        if kind == "yarn", let share = try real(extrapolation), share != 1 {
            throw .unsupported(
                path: file.path, place: "metadata value \(extrapolation)", found: "\(share)", supported: ["1"]
            )
        }
        var scaling: Configuration = ["rope_type": .text(kind), "factor": .number(factor)]
        if let original = try integer(key("rope.scaling.original_context_length")) {
            scaling["original_max_position_embeddings"] = .integer(original)
        }
        guard kind == "yarn" else { return scaling }
        for (name, key) in [
            ("attention_factor", "yarn_attn_factor"), ("beta_fast", "yarn_beta_fast"),
            ("beta_slow", "yarn_beta_slow"),
        ] {
            scaling[name] = try real(self.key("rope.scaling.\(key)")).map { .number($0) }
        }
        return scaling
    }

    /// Phi 3's factors for each frequency: some for texts within the original context, others for longer ones.
    private func longScaling(_ extents: GGUFExtents) throws(ModelFileError) -> Configuration? {
        let names = ["short_factor": "rope_factors_short.weight", "long_factor": "rope_factors_long.weight"]
        guard names.values.contains(where: { tensor($0) != nil }) else { return nil }
        var scaling: Configuration = ["type": .text("longrope")]
        for (key, name) in names {
            let factors = try numbers(required(name, tensor(name)), count: extents.rotated / 2)
            scaling[key] = .list(factors.map { .number($0) })
        }
        let original = try integer(key("rope.scaling.original_context_length")) ?? extents.context
        let longer = Float(extents.context) / Float(original)
        let usual = longer > 1 ? (1 + log(longer) / log(Float(original))).squareRoot() : 1
        if let factor = try real(key("rope.scaling.attn_factor")), abs(factor - usual) > 1e-4 * usual {
            scaling["attention_factor"] = .number(factor)
        }
        return scaling
    }

    /// Llama 3's slowing of long waves, which converters write out as a factor for each frequency. Factors that its
    /// parameters give, for some original context, are told by those; others as a long rope, the same for short texts.
    private func frequencyScaling(
        _ extents: GGUFExtents, theta: Float
    ) throws(ModelFileError) -> Configuration? {
        guard let tensor = tensor("rope_freqs.weight") else { return nil }
        let found = try numbers(tensor, count: extents.rotated / 2)
        guard found.contains(where: { $0 != 1 }) else { return nil }
        let factor = found.max() ?? 1
        let contexts = [8192] + (5...20).map { 1 << $0 }
        let context = contexts.first { context in
            let expected = llama3Factors(extents, theta: theta, factor: factor, context: Float(context))
            return zip(found, expected).allSatisfy { abs($0 - $1) < 1e-4 * $1 }
        }
        guard let context else {
            return [
                "rope_type": .text("longrope"), "attention_factor": .number(1),
                "original_max_position_embeddings": .integer(extents.context),
                "short_factor": .list(found.map { .number($0) }),
                "long_factor": .list(found.map { .number($0) }),
            ]
        }
        return [
            "rope_type": .text("llama3"), "factor": .number(factor), "low_freq_factor": .number(1),
            "high_freq_factor": .number(4), "original_max_position_embeddings": .integer(context),
        ]
    }

    /// By how much Llama 3 slows each frequency: waves longer than the original context by the factor, those shorter
    /// than a quarter of it not at all.
    private func llama3Factors(
        _ extents: GGUFExtents, theta: Float, factor: Float, context: Float
    ) -> [Float] {
        (0..<extents.rotated / 2).map { index in
            let wavelength = 2 * Float.pi * powf(theta, Float(2 * index) / Float(extents.rotated))
            let smooth = min(max((context / wavelength - 1) / (4 - 1), 0), 1)
            return 1 / ((1 - smooth) / factor + smooth)
        }
    }

    /// The numbers of a vector that is part of the configuration: positive, as many as are wanted.
    private func numbers(_ tensor: Tensor, count: Int) throws(ModelFileError) -> [Float] {
        let numbers = tensor.shape == [count] ? matrix(tensor).expanded() : []
        guard numbers.count == count, numbers.allSatisfy({ $0.isFinite && $0 > 0 }) else {
            throw .malformed(
                path: file.path, place: "tensor \(tensor.name)", expected: "\(count) positive numbers",
                found: "others, shape \(tensor.shape)")
        }
        return numbers
    }
}
