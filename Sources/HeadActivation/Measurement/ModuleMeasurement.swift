/// The scores of the modules of each layer, beside a measurement of heads.
public struct ModuleMeasurement: Sendable, Equatable {
    /// What is scored, such as `q`, `attention` or `mlp`: [module].
    public let names: [String]
    /// ∂loss/∂ξ of each example and module's gate ξ: [example, layer, module]. Negative: the module helps.
    public let signed: [Float]

    /// Scores of at least one module.
    public init(names: [String], signed: [Float]) {
        precondition(
            !names.isEmpty && signed.count % names.count == 0,
            "\(signed.count) scores of \(names.count) modules")
        (self.names, self.signed) = (names, signed)
    }

    /// Mean size, mean and standard error over examples of each module's scores, [layer, module]: modules stand where
    /// a pattern has heads.
    public func pattern(layers: Int) -> Pattern {
        Pattern(signed: signed, layers: layers, heads: names.count)
    }
}

/// What an adapter and the base weights under it do in one of attention's projections, beside a measurement of heads.
public struct AdapterMeasurement: Sendable, Equatable {
    /// The projection: `q`, `k`, `v` or `o`.
    public let projection: String
    /// The heads of a layer: query heads, or key/value heads for `k` and `v`.
    public let heads: Int
    /// The gradient at a gate on the base weights' part: [example, layer, head].
    public let base: [Float]
    /// The gradient at a gate on the adapter's part: [example, layer, head].
    public let adapter: [Float]
    /// The Frobenius norm of each head's part of ΔW; 0 where a layer has none: [layer, head].
    public let norm: [Float]
    /// exp of the entropy of the singular values' shares of each head's part of ΔW: [layer, head].
    public let effectiveRank: [Float]

    /// Scores and sizes of one projection.
    public init(
        projection: String, heads: Int, base: [Float], adapter: [Float], norm: [Float], effectiveRank: [Float]
    ) {
        precondition(
            heads > 0 && base.count == adapter.count && norm.count == effectiveRank.count
                && norm.count % heads == 0 && norm.count > 0 && base.count % norm.count == 0,
            "\(base.count) and \(adapter.count) scores, \(norm.count) and \(effectiveRank.count) sizes")
        (self.projection, self.heads, self.base, self.adapter) = (projection, heads, base, adapter)
        (self.norm, self.effectiveRank) = (norm, effectiveRank)
    }

    /// The number of layers.
    public var layers: Int { norm.count / heads }
    /// Mean size, mean and standard error of what goes through the base weights, each head.
    public var basePattern: Pattern { Pattern(signed: base, layers: layers, heads: heads) }
    /// Mean size, mean and standard error of what goes through the adapter, each head.
    public var adapterPattern: Pattern { Pattern(signed: adapter, layers: layers, heads: heads) }
}
