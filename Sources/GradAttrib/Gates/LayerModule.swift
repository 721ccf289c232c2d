public import Transformers

/// A part of a layer that can be scored as a whole.
///
/// A module's score on an example is the gradient of its loss at one gate ξ = 1 on the module's output y:
/// ∂L/∂ξ = Σ y·∂L/∂y, negative where the module helps. Some are equal by algebra:
///
/// - `q` = `k`: a gate on either scales the same attention logits.
/// - `v` = the sum of the layer's head scores, because head outputs are linear in values; `o` too, where the
///   output projection has no bias. With one, `o` exceeds it by Σ b·∂L/∂y.
/// - `up` = `down` where there is a gate and no bias; `attention` = `o` and `mlp` = `down` where no norm follows.
///
/// Where a norm follows directly, it undoes the scaling, and the score is 0 but for the norm's epsilon: `o`
/// and `down` in families with norms on what a layer adds (Gemma 2 and 3, OLMo 2). `attention` and `mlp` are
/// taken after that norm.
public enum LayerModule: String, Sendable, CaseIterable {
    /// Queries as attention reads them: after their norm and rotation, where there are any.
    case query = "q"
    /// Keys as attention reads them.
    case key = "k"
    /// Values.
    case value = "v"
    /// The output of the output projection, with its bias.
    case output = "o"
    /// What attention adds to the residual stream.
    case attention
    /// The output of the gate projection of a gated MLP, before the nonlinearity.
    case gate
    /// The output of the up projection; in an MLP without gate, the input of the nonlinearity.
    case up
    /// The output of the down projection, with its bias.
    case down
    /// What the MLP adds to the residual stream.
    case mlp

    /// The site of its output.
    public var site: Site.Kind {
        switch self {
        case .query: .query
        case .key: .key
        case .value: .value
        case .output: .outputProjection
        case .attention: .attentionOutput
        case .gate: .gateProjection
        case .up: .upProjection
        case .down: .downProjection
        case .mlp: .feedForwardOutput
        }
    }

    /// The modules that a model has: all, or all but `gate` where no layer has one (GPT-2, GPT-NeoX, Phi, OPT).
    ///
    /// Fused projections count as their parts. Families with parallel attention and MLP have the same
    /// modules.
    public static func all(of model: Decoder) -> [LayerModule] {
        let hasGate = model.blocks.contains { $0.feedForward.hasGate }
        return allCases.filter { $0 != .gate || hasGate }
    }
}
