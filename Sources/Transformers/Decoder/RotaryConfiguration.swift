import Foundation

/// How a model stretches its rotary frequencies beyond the context it was first trained on.
struct RotaryConfiguration: Decodable, Sendable {
    let rope_type: String?
    let type: String?  // the older spelling
    let rope_theta: Float?
    let partial_rotary_factor: Float?
    let factor: Float?
    let attention_factor: Float?
    let beta_fast: Float?
    let beta_slow: Float?
    let mscale: Float?
    let mscale_all_dim: Float?
    let truncate: Bool?
    let low_freq_factor: Float?
    let high_freq_factor: Float?
    var original_max_position_embeddings: Float?  // Phi 3 keeps it outside
    let short_factor: [Float]?
    let long_factor: [Float]?

    /// The rotation that these values describe.
    ///
    /// - Parameters:
    ///   - width: The numbers of a head that turn.
    ///   - context: The model's `max_position_embeddings`.
    static func rotary(
        _ scaling: RotaryConfiguration?, theta: Float, width: Int, context: Int, path: String
    ) throws(ModelError) -> Rotary {
        let plain = Rotary.plain(theta: theta, width: width)
        switch scaling?.rope_type ?? scaling?.type ?? "default" {
        case "default": return Rotary(frequencies: plain)
        case "linear":
            let factor = try scaling.value("factor", \.factor, path)
            return Rotary(frequencies: plain.map { $0 / factor })
        case "dynamic":
            return Rotary(
                frequencies: plain,
                rule: .growingBase(
                    base: theta, factor: try scaling.value("factor", \.factor, path), context: context))
        case "llama3": return Rotary(frequencies: try llama3(plain, scaling, Float(context), path))
        case "yarn": return try yarn(plain, theta, scaling, Float(context), path)
        case "longrope", "su": return try longRope(plain, scaling, context, path)
        case let other:
            throw .configuration(
                path: path, key: "rope_type", expected: "default, linear, dynamic, llama3, yarn or longrope",
                found: other)
        }
    }

    /// Llama 3.1: long waves are slowed by the factor, short ones left, those between in proportion.
    private static func llama3(
        _ plain: [Float], _ scaling: RotaryConfiguration?, _ maximum: Float, _ path: String
    ) throws(ModelError) -> [Float] {
        let factor = try scaling.value("factor", \.factor, path)
        let low = try scaling.value("low_freq_factor", \.low_freq_factor, path)
        let high = try scaling.value("high_freq_factor", \.high_freq_factor, path)
        let context = scaling?.original_max_position_embeddings ?? maximum
        return plain.map { frequency in
            let wavelength = 2 * Float.pi / frequency
            if wavelength < context / high { return frequency }
            if wavelength > context / low { return frequency / factor }
            let smooth = (context / wavelength - low) / (high - low)
            return (1 - smooth) * frequency / factor + smooth * frequency
        }
    }

    /// LongRoPE: each pair slowed by a factor of its own, of one list up to the first context and of another beyond.
    ///
    /// - Source: Ding et al. 2024; the attention factor is that of transformers.
    private static func longRope(
        _ plain: [Float], _ scaling: RotaryConfiguration?, _ maximum: Int, _ path: String
    ) throws(ModelError) -> Rotary {
        let context = scaling?.original_max_position_embeddings ?? Float(maximum)
        func slowed(_ key: String, _ factors: [Float]?) throws(ModelError) -> [Float] {
            guard let factors, factors.count == plain.count else {
                throw .configuration(
                    path: path, key: key, expected: "\(plain.count) numbers",
                    found: factors.map { "\($0.count)" } ?? "none")
            }
            return zip(plain, factors).map { $0 / $1 }
        }
        let factor = scaling?.factor ?? Float(maximum) / context
        let sharpening = factor <= 1 ? 1 : (1 + logf(factor) / logf(context)).squareRoot()
        return Rotary(
            frequencies: try slowed("short_factor", scaling?.short_factor),
            scale: scaling?.attention_factor ?? sharpening,
            rule: .other(frequencies: try slowed("long_factor", scaling?.long_factor), context: Int(context)))
    }

    /// YaRN: fast pairs are left, slow ones slowed by the factor, those between in proportion; scores are sharpened.
    ///
    /// - Source: Peng et al. 2023, equations 18 to 23; the weights of the sharpening are DeepSeek's, as in transformers.
    private static func yarn(
        _ plain: [Float], _ theta: Float, _ scaling: RotaryConfiguration?, _ maximum: Float, _ path: String
    ) throws(ModelError) -> Rotary {
        let context = scaling?.original_max_position_embeddings ?? maximum
        let factor = scaling?.factor ?? maximum / context
        let width = Float(2 * plain.count)
        let isTruncated = scaling?.truncate ?? true
        func pair(turns: Float, _ rule: FloatingPointRoundingRule) -> Float {
            let pair = width * logf(context / (turns * 2 * .pi)) / (2 * logf(theta))
            return isTruncated ? pair.rounded(rule) : pair
        }
        let low = max(0, pair(turns: nonzero(scaling?.beta_fast) ?? 32, .down))
        let high = min(width - 1, pair(turns: nonzero(scaling?.beta_slow) ?? 1, .up))
        let frequencies = plain.enumerated().map { i, frequency in
            let ramp = min(1, max(0, (Float(i) - low) / (high == low ? 0.001 : high - low)))
            return frequency / factor * ramp + frequency * (1 - ramp)
        }
        func sharpening(_ weight: Float) -> Float { factor > 1 ? 0.1 * weight * logf(factor) + 1 : 1 }
        var scale = sharpening(1)
        if let all = nonzero(scaling?.mscale_all_dim), let own = nonzero(scaling?.mscale) {
            scale = sharpening(own) / sharpening(all)
        }
        return Rotary(frequencies: frequencies, scale: scaling?.attention_factor ?? scale)
    }

    /// A number that says something: 0 is as good as none.
    private static func nonzero(_ value: Float?) -> Float? { value == 0 ? nil : value }
}

extension RotaryConfiguration? {
    fileprivate func value(
        _ key: String, _ path: KeyPath<RotaryConfiguration, Float?>, _ file: String
    ) throws(ModelError) -> Float {
        guard let value = self?[keyPath: path] else {
            throw .configuration(path: file, key: key, expected: "a number", found: "none")
        }
        return value
    }
}
