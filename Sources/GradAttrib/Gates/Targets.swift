import Transformers

/// An objective on a pack of probes, or on one of them, as often as a pass has copies; each is made when it is first wanted.
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

    /// Of all probes, or of one.
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
