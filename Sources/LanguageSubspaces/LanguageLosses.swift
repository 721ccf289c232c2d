import Kernels

/// The losses of an item and their gradients by the final states.
struct LanguageLosses {
    /// The subspace at the final norm, with M_a at norm 1.
    let subspace: LanguageSubspace
    let weights: LanguageLossWeights
    /// The languages other than the central one, in the order of an item's texts.
    let languages: [String]
    /// M_sᵀ·λ_l·Δ_l, where each language's specific part is to move: [language][r].
    let targets: [[Double]]
    let agnostic: [Double]

    init(_ subspace: LanguageSubspace, _ weights: LanguageLossWeights, languages: [String]) {
        (self.subspace, self.weights, self.languages) = (subspace, weights, languages)
        agnostic = subspace.agnosticDirection
        targets = languages.map { language in
            let strength = weights.strength[language] ?? 1
            return subspace.coordinates(of: subspace.expressions[language] ?? []).map { $0 * strength }
        }
    }

    struct Outcome {
        let retain: Double
        /// Sums over languages.
        let separate, align: Double
        /// The gradient of the weighted sum by each position's state of the central text: the same for all, but for what is
        /// added at the last.
        let byCentral, byCentralLast: [Double]
        /// The gradient by the last state of each other text: [language][d].
        let byOthers: [[Double]]
    }

    /// The losses of an item.
    ///
    /// - Parameters:
    ///   - mean: the mean over the positions of the central text: [d].
    ///   - last: its last position: [d].
    ///   - others: the last position of each other text: [language][d].
    ///   - reference: the same by the model as the run starts.
    ///   - positions: of the central text.
    func outcome(
        mean: [Double], last: [Double], others: [[Double]], reference: LanguageReference, positions: Int
    ) -> Outcome {
        let d = Double(mean.count)
        let moved = sum(mean, -1, reference.mean)
        let byMean = 2 * weights.retain / d / Double(positions)
        var (separate, align) = (0.0, 0.0)
        var byLast = [Double](repeating: 0, count: mean.count)
        var byOthers: [[Double]] = []
        for ((state, before), target) in zip(zip(others, reference.others), targets) {
            let specific = sum(subspace.coordinates(of: sum(state, -1, before)), -1, target)
            separate += dot(specific, specific) / d
            let apart = dot(agnostic, last) - dot(agnostic, state)
            align += apart * apart / d
            let pull = 2 * weights.align / d * apart
            byLast = sum(byLast, pull, agnostic)
            var gradient = agnostic.map { -pull * $0 }
            for (coordinate, direction) in zip(specific, subspace.specific) {
                gradient = sum(gradient, 2 * weights.separate / d * coordinate, direction)
            }
            byOthers.append(gradient)
        }
        return Outcome(
            retain: dot(moved, moved) / d, separate: separate, align: align,
            byCentral: moved.map { $0 * byMean }, byCentralLast: byLast, byOthers: byOthers)
    }

    /// The weighted sum.
    func loss(_ outcome: Outcome) -> Double {
        weights.retain * outcome.retain + weights.separate * outcome.separate + weights.align * outcome.align
    }
}

/// The final states of an item's texts by the model as a run starts.
public struct LanguageReference: Sendable, Equatable {
    /// The mean over the positions of the central text: [d].
    let mean: [Double]
    /// The last position of each other text: [language][d].
    let others: [[Double]]
}
