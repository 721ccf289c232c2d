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

    /// By how much this share lies above another, of other things, with the 95 % confidence interval of the difference.
    ///
    /// - Source: Newcombe 1998, Interval estimation for the difference between independent proportions, method 10.
    public func above(_ other: Proportion) -> Estimate {
        guard total > 0, other.total > 0 else { return Estimate(value: nil, interval: nil) }
        let (own, its, difference) = (interval, other.interval, share - other.share)
        func reach(_ one: Double, _ two: Double) -> Double { (one * one + two * two).squareRoot() }
        return Estimate(
            value: difference,
            interval: Interval(
                low: difference - reach(share - own.lowerBound, its.upperBound - other.share),
                high: difference + reach(own.upperBound - share, other.share - its.lowerBound)))
    }
}
