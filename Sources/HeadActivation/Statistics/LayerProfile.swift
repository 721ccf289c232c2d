public import Statistics

extension Pattern {
    /// Each layer's share of the whole activation, from the first layer; `nil` when all is zero.
    public var layerProfile: [Double]? { layerShares(activation.map { Double($0) }, heads: heads) }
}

/// The sum over heads of each layer: [layer, head] → [layer].
public func layerProfile(_ values: [Double], heads: Int) -> [Double] {
    stride(from: 0, to: values.count, by: heads).map { values[$0..<$0 + heads].reduce(0, +) }
}

/// Each layer's share of the sum; `nil` when all is zero.
func layerShares(_ values: [Double], heads: Int) -> [Double]? {
    normalized(layerProfile(values, heads: heads))
}

/// Each layer's share with the interval that resampled ones give it.
func layerEstimates(_ own: [Double]?, _ drawn: [[Double]?], layers: Int, examples: Int) -> [Estimate] {
    (0..<layers).map { layer in
        biasCorrected(own?[layer], drawn.map { $0?[layer] }, examples: examples, within: 0...1)
    }
}

extension HeadMeasurement {
    /// Each layer's share of the whole activation with its 95 % interval from a bootstrap over examples.
    public func layerProfile(resamples: Int = 1000, seed: Int = 0) -> [Estimate] {
        let drawn =
            examples > 1
            ? bootstrap(self, resamples: resamples, seed: seed) { [heads] in layerShares($0, heads: heads) }
            : []
        return layerEstimates(pattern.layerProfile, drawn, layers: layers, examples: examples)
    }
}
