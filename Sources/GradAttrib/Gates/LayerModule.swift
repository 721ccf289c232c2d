public import Transformers

/// A part of a layer that can be scored as a whole.
///
/// A module's score on an example is the gradient of its loss at one gate ξ = 1 on the module's output y:
/// ∂L/∂ξ = Σ y·∂L/∂y, negative where the module helps. Some are equal by what is computed, and say so:
///
/// - `q` = `k`: a gate on either scales the same attention logits.
/// - `v` = the sum of the layer's head scores, for heads are linear in values; `o` too, where the output projection has
///   no bias. With one, `o` exceeds it by Σ b·∂L/∂y.
/// - `up` = `down` where there is a gate and no bias; `attention` = `o` and `mlp` = `down` where no norm follows.
///
/// Where a norm follows directly, it undoes the scaling, and the score is 0 but for the norm's epsilon: `o` and `down` in
/// families with norms on what a layer adds (Gemma 2 and 3, OLMo 2). `attention` and `mlp` are what is added, after it.
public enum LayerModule: String, Sendable, CaseIterable {
    /// Queries as attention reads them: after their norm and rotation, where there are any.
    case query = "q"
    /// Keys as attention reads them.
    case key = "k"
    /// Values.
    case value = "v"
    /// What the output projection makes, its bias included.
    case output = "o"
    /// What attention adds to the stream.
    case attention
    /// What enters the nonlinearity of a gated feed-forward layer.
    case gate
    /// What it multiplies; without a gate, what enters the nonlinearity.
    case up
    /// What the last projection of the feed-forward layer makes, its bias included.
    case down
    /// What the feed-forward layer adds to the stream.
    case mlp

    /// Where a forward pass shows its output.
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
    /// Fused projections count as the parts that they make. Attention and feed-forward side by side are the same modules
    /// as one after the other.
    public static func all(of model: Decoder) -> [LayerModule] {
        let hasGate = model.blocks.contains { $0.feedForward.hasGate }
        return allCases.filter { $0 != .gate || hasGate }
    }
}
