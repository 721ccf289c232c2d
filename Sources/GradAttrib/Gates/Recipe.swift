/// How heads are scored.
///
/// All methods have the same sign: F with the head as it is minus F with the head replaced, exactly or by an
/// estimate.
public enum AttributionMethod: String, Sendable, CaseIterable {
    /// The gradient at a gate ξ = 1 on the head's output: Σ z·∂F/∂z.
    case gate
    /// Gate integrated gradients: Σ (z − z₀)·∂F/∂z, averaged along the straight path from z₀ to z, all heads
    /// of a layer together.
    case gateIG = "gate-ig"
    /// AttAttr, summed over queries and keys: Σ A⊙∂F/∂A, averaged along the straight path of the layer's
    /// attention matrices from 0 to A. Equal to gate integrated gradients from zero, but computed through
    /// attention matrices.
    ///
    /// - Source: Hao et al. 2021, equation 2; with the midpoint rule, and summed where they take the largest.
    case attAttr = "attattr"
    /// Attribution patching: Σ (z − z₀)·∂F/∂z; the authors' estimate with the opposite sign.
    ///
    /// - Source: Nanda 2023; Kramár et al. 2024, equation 5.
    case patching = "atp"
    /// AtP* on the heads' outputs: the mean absolute value of attribution patching over backward passes that
    /// each drop the gradient through one other layer's output (GradDrop), with the sign of attribution
    /// patching.
    ///
    /// - Source: Kramár et al. 2024, section 3.1.2; they leave the sign out.
    case patchingStar = "atp-star"
    /// AtP* on the heads' queries: Σ (A − A₀)⊙∂F/∂A, with the softmax recomputed from the counterfactual's
    /// queries (QK fix), with GradDrop as ``patchingStar``.
    ///
    /// - Source: Kramár et al. 2024, section 3.1.1.
    case patchingQueries = "atp-star-query"
    /// The same on the heads' keys; heads that share keys have a score each.
    case patchingKeys = "atp-star-key"
    /// The norm ‖R‖ of the gradient at the attention logits, R = A ⊙ (D − rowsum(A ⊙ D)) with D = ∂F/∂A. It
    /// has no sign, and does not estimate the effect of removing the head.
    ///
    /// - Source: Katz and Wolf 2024, without their factor 1/√d.
    case reversed = "reversed-attention"
    /// EAP-IG on heads: Σ (z − z₀)·∂F/∂z, with the gradient averaged over passes whose embeddings are
    /// interpolated between the counterfactual's and the example's.
    ///
    /// - Source: Hanna et al. 2024, section 3; with the midpoint rule.
    case eapIG = "eap-ig"
    /// Exact: a forward pass with the head replaced, for each head.
    case ablation

    /// A one-line description for users.
    public var explanation: String {
        switch self {
        case .gate: "gradient at a gate on the head's output; one backward pass for all heads"
        case .gateIG:
            "the same gradient averaged along the straight path from the baseline, with adaptive refinement; a backward pass per layer for each point, or more"
        case .attAttr: "gate-ig from zero, computed through attention matrices; a slow check"
        case .patching: "first-order estimate of replacing the head's output; one backward pass"
        case .patchingStar: "atp with GradDrop; one backward pass per layer"
        case .patchingQueries:
            "effect of the counterfactual's queries, softmax recomputed (QK fix), with GradDrop"
        case .patchingKeys: "effect of the counterfactual's keys, softmax recomputed (QK fix), with GradDrop"
        case .reversed: "norm of the gradient at the attention logits; no sign"
        case .eapIG:
            "atp with gradients averaged between counterfactual and example; a backward pass for each point"
        case .ablation: "exact: a forward pass with the head replaced, for each head"
        }
    }

    /// The default baseline; nil for methods without a baseline.
    public var usualBaseline: Baseline? {
        switch self {
        case .gate, .attAttr, .reversed: nil
        case .gateIG, .ablation: .zero
        case .patching, .patchingStar, .patchingQueries, .patchingKeys, .eapIG: .counterfactual
        }
    }

    /// The baselines that the method accepts.
    public var baselines: [Baseline] {
        switch self {
        case .gate, .attAttr, .reversed: []
        case .gateIG, .ablation, .patching, .patchingStar: Baseline.allCases
        case .patchingQueries, .patchingKeys, .eapIG: [.counterfactual]
        }
    }

    /// Whether the method has integration points.
    public var hasPoints: Bool { self == .gateIG || self == .attAttr || self == .eapIG }

    /// Whether the method uses only gradients in the clean run.
    public var staysAtCleanRun: Bool { !hasPoints && self != .ablation }
}

/// An attribution method with all its settings.
public struct Recipe: Sendable, Equatable {
    /// How heads are scored.
    public var method: AttributionMethod
    /// The objective F.
    public var objective: Objective
    /// The baseline; ``AttributionMethod/usualBaseline`` if nil.
    public var baseline: Baseline?
    /// Integration points of the midpoint rule.
    public var points: Int
    /// Whether gate-ig and attattr add points for the layers of an example in which the heads' scores miss
    /// completeness.
    public var isRefined: Bool

    /// An attribution method with its settings.
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

    /// The name that measurements store, such as `gate`, `ablation, mean` or `gate-ig, zero, 20 points`:
    /// measurements with different names are not compared.
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

    /// Why the settings contradict each other, in a sentence; nil if they do not.
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
