/// How many of a number of examples something holds for.
public struct Proportion: Hashable, Sendable {
    /// For how many it holds.
    public let count: Int
    /// Of how many.
    public let total: Int

    /// For `count` of `total`.
    public init(_ count: Int, of total: Int) {
        precondition((0...max(0, total)).contains(count), "\(count) of \(total)")
        (self.count, self.total) = (count, total)
    }

    /// count / total, from 0 to 1; no number of nothing.
    public var share: Double { Double(count) / Double(total) }

    /// The 95 % confidence interval of the share, by Wilson's score method; from 0 to 1 of nothing.
    ///
    /// - Source: Wilson 1927, Probable inference, the law of succession, and statistical inference.
    public var interval: ClosedRange<Double> {
        guard total > 0 else { return 0...1 }
        let interval = wilsonInterval(share, of: Double(total))
        return interval.low...interval.high
    }
}
