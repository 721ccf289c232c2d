public import Statistics

extension Pattern {
    /// Each layer's share of the whole activation, from the first layer; `nil` when all is zero.
    public var layerProfile: [Double]? {
        normalizedActivation.map { shares in HeadActivation.layerProfile(shares, heads: heads) }
    }
}

/// The sum over heads of each layer: [layer, head] → [layer].
public func layerProfile(_ values: [Double], heads: Int) -> [Double] {
    stride(from: 0, to: values.count, by: heads).map { values[$0..<$0 + heads].reduce(0, +) }
}

extension HeadMeasurement {
    /// Each layer's share of the whole activation with its 95 % interval from a bootstrap over examples.
    public func layerProfile(resamples: Int = 1000, seed: Int = 0) -> [Estimate] {
        let drawn =
            examples > 1
            ? bootstrap(self, resamples: resamples, seed: seed) { [heads] in
                HeadActivation.layerProfile($0, heads: heads)
            }
            : []
        let own = pattern.layerProfile
        return (0..<layers).map { layer in
            let shares = drawn.map { profile -> Double? in
                let total = profile.reduce(0, +)
                return total > 0 ? profile[layer] / total : nil
            }
            return Estimate(value: own?[layer], interval: percentileInterval(shares))
        }
    }
}
