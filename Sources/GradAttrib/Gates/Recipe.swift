/// How heads are scored.
///
/// All scores have one sign: F with the head as it is minus F with the head replaced, exactly or by an estimate.
public enum AttributionMethod: String, Sendable, CaseIterable {
    /// The gradient at a gate ξ = 1 on the head's output: Σ z·∂F/∂z.
    case gate
    /// Gate integrated gradients: Σ (z − z₀)·∂F/∂z, averaged on the straight way of all heads of the layer from z₀ to z.
    case gateIG = "gate-ig"
    /// AttAttr, summed over queries and keys: Σ A⊙∂F/∂A, averaged on the straight way of the layer's patterns from 0 to
    /// A. Equal to gate integrated gradients from zero, by another way and with attention matrices.
    ///
    /// - Source: Hao et al. 2021, equation 2; with the midpoint rule, and summed where they take the largest.
    case attAttr = "attattr"
    /// Attribution patching: Σ (z − z₀)·∂F/∂z; the authors' estimate with the opposite sign.
    ///
    /// - Source: Nanda 2023; Kramár et al. 2024, equation 5.
    case patching = "atp"
    /// AtP* on the heads' outputs: the mean size of attribution patching over passes back that each leave out what one other
    /// layer adds (GradDrop), with the sign of attribution patching.
    ///
    /// - Source: Kramár et al. 2024, section 3.1.2; they leave the sign out.
    case patchingStar = "atp-star"
    /// AtP* on the heads' queries: Σ (A − A₀)⊙∂F/∂A, with the softmax computed anew from the other run's queries
    /// (QK fix), with GradDrop as ``patchingStar``.
    ///
    /// - Source: Kramár et al. 2024, section 3.1.1.
    case patchingQueries = "atp-star-query"
    /// The same on the heads' keys; heads that share keys have a score each.
    case patchingKeys = "atp-star-key"
    /// The size ‖R‖ of ∂F/∂scores, R = A ⊙ (D − rowsum(A ⊙ D)) with D = ∂F/∂A: how far F would move with the head's attention
    /// scores. It has no sign, and does not say what the head gains.
    ///
    /// - Source: Katz and Wolf 2024, without their factor 1/√d.
    case reversed = "reversed-attention"
    /// EAP-IG on heads: Σ (z − z₀)·∂F/∂z, the gradient averaged over passes whose embeddings lie between the
    /// counterfactual's and the example's.
    ///
    /// - Source: Hanna et al. 2024, section 3; with the midpoint rule.
    case eapIG = "eap-ig"
    /// Exact: a pass without the head for each head.
    case ablation

    /// A line for those who choose.
    public var explanation: String {
        switch self {
        case .gate: "gradient at a gate on the head's output; one backward pass for all heads"
        case .gateIG:
            "the same gradient averaged on the way from the baseline; --points backward passes a layer, or more where the way is steep"
        case .attAttr: "gate-ig from zero through attention matrices; a check, slow"
        case .patching: "first-order estimate of replacing the head's output; one backward pass"
        case .patchingStar: "atp with GradDrop; a backward pass a layer"
        case .patchingQueries: "effect of other queries, softmax computed anew (QK fix), with GradDrop"
        case .patchingKeys: "effect of other keys, softmax computed anew (QK fix), with GradDrop"
        case .reversed: "size of the gradient at attention scores; no sign"
        case .eapIG:
            "atp with gradients averaged between counterfactual and example; --points backward passes"
        case .ablation: "exact: a pass without the head, for each head"
        }
    }

    /// What heads are replaced by where nothing is said; nil where there is no choice.
    public var usualBaseline: Baseline? {
        switch self {
        case .gate, .attAttr, .reversed: nil
        case .gateIG, .ablation: .zero
        case .patching, .patchingStar, .patchingQueries, .patchingKeys, .eapIG: .counterfactual
        }
    }

    /// The baselines that can be asked for.
    public var baselines: [Baseline] {
        switch self {
        case .gate, .attAttr, .reversed: []
        case .gateIG, .ablation, .patching, .patchingStar: Baseline.allCases
        case .patchingQueries, .patchingKeys, .eapIG: [.counterfactual]
        }
    }

    /// Whether points on a way are summed.
    public var hasPoints: Bool { self == .gateIG || self == .attAttr || self == .eapIG }

    /// Whether only gradients at the clean run are used.
    public var staysAtCleanRun: Bool { !hasPoints && self != .ablation }
}

/// A method with everything that its scores depend on.
public struct Recipe: Sendable, Equatable {
    /// How heads are scored.
    public var method: AttributionMethod
    /// What is watched.
    public var objective: Objective
    /// What heads are replaced by; ``AttributionMethod/usualBaseline`` where nil.
    public var baseline: Baseline?
    /// Points of the midpoint rule.
    public var points: Int
    /// Whether gate-ig and attattr take more points for the layers of an example where these are too few for the heads'
    /// scores to add up.
    public var isRefined: Bool

    /// A way to score heads.
    public init(
        _ method: AttributionMethod = .gate, objective: Objective = .nll, baseline: Baseline? = nil,
        points: Int = 20, isRefined: Bool = true
    ) {
        precondition(points > 0, "\(points) points")
        (self.method, self.objective, self.baseline, self.points) = (method, objective, baseline, points)
        self.isRefined = isRefined
    }

    /// The baseline that is used.
    var used: Baseline { baseline ?? method.usualBaseline ?? .zero }

    /// How measurements name it, such as `gate`, `ablation, mean` or `gate-ig, zero, 20 points`: two with different names are not
    /// compared.
    public var name: String {
        var parts = [method.rawValue]
        if method.usualBaseline != nil { parts.append(used.rawValue) }
        if method.hasPoints {
            parts.append(
                isRefined || method == .eapIG ? "\(points) points" : "\(points) points, not refined")
        }
        if objective != .nll { parts.append(objective.rawValue) }
        return parts.joined(separator: ", ")
    }

    /// Why the parts do not go together, in a sentence; nil where they do.
    public var contradiction: String? {
        if objective == .divergence, method.staysAtCleanRun {
            return
                "KL to the clean run is 0 there and so is its gradient, which \(method.rawValue) is made of; use gate-ig, "
                + "eap-ig or ablation."
        }
        guard let baseline, !method.baselines.contains(baseline) else { return nil }
        let names = method.baselines.map(\.rawValue).joined(separator: ", ")
        return "\(method.rawValue) replaces heads by "
            + (method.baselines.isEmpty ? "nothing that can be chosen" : names)
            + ", not by \(baseline.rawValue)."
    }
}
