import Transformers

/// The targets of a pack of probes, or of a single probe, for any number of copies; each is created on first
/// use.
final class Targets {
    private let objective: Objective
    private let probes: [Probe]
    private let weights: [Float]
    private let model: Decoder
    private var made: [Key: Target] = [:]

    private struct Key: Hashable {
        let probe: Int?, copies: Int
    }

    /// - Parameter weights: The weight of each probe's terms: [probe].
    init(_ objective: Objective, _ probes: [Probe], weights: [Float], model: Decoder) {
        (self.objective, self.probes, self.weights, self.model) = (objective, probes, weights, model)
    }

    /// The target of all probes, or of one.
    func target(_ probe: Int? = nil, copies: Int = 1) -> Target {
        let key = Key(probe: probe, copies: copies)
        if let known = made[key] { return known }
        let own = probe.map { $0..<$0 + 1 } ?? probes.indices
        let target = Target(
            objective, Array(probes[own]), weights: Array(weights[own]), copies: copies, model: model)
        made[key] = target
        return target
    }
}
