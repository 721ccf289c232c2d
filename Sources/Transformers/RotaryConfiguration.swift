import Foundation

/// How a model stretches its rotary frequencies beyond the context it was first trained on.
struct RotaryConfiguration: Decodable {
    let rope_type: String?
    let type: String?  // the older spelling
    let rope_theta: Float?
    let factor: Float?
    let low_freq_factor: Float?
    let high_freq_factor: Float?
    let original_max_position_embeddings: Float?

    /// The angle by which each pair of a head turns from one position to the next, in `Float` as the reference
    /// computes it: [dHead / 2].
    static func frequencies(
        _ scaling: RotaryConfiguration?, theta: Float, dHead: Int, path: String
    ) throws(ModelError) -> [Float] {
        let plain = (0..<dHead / 2).map { 1 / powf(theta, Float(2 * $0) / Float(dHead)) }
        switch scaling?.rope_type ?? scaling?.type ?? "default" {
        case "default": return plain
        case "linear":
            let factor = try scaling.value("factor", \.factor, path)
            return plain.map { $0 / factor }
        case "llama3": return try llama3(plain, scaling, path)
        case let other:
            throw .configuration(
                path: path, key: "rope_type", expected: "default, linear or llama3", found: other)
        }
    }

    /// Llama 3.1: long waves are slowed by the factor, short ones left, those between in proportion.
    private static func llama3(
        _ plain: [Float], _ scaling: RotaryConfiguration?, _ path: String
    ) throws(ModelError) -> [Float] {
        let factor = try scaling.value("factor", \.factor, path)
        let low = try scaling.value("low_freq_factor", \.low_freq_factor, path)
        let high = try scaling.value("high_freq_factor", \.high_freq_factor, path)
        let context = try scaling.value(
            "original_max_position_embeddings", \.original_max_position_embeddings, path)
        return plain.map { frequency in
            let wavelength = 2 * Float.pi / frequency
            if wavelength < context / high { return frequency }
            if wavelength > context / low { return frequency / factor }
            let smooth = (context / wavelength - low) / (high - low)
            return (1 - smooth) * frequency / factor + smooth * frequency
        }
    }
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
