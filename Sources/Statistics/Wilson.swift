/// How many standard deviations hold 95 % of a normal distribution, on either side of its mean.
public let normalReach = 1.959963984540054

/// The 95 % confidence interval of a share, by Wilson's score method.
///
/// - Parameters:
///   - share: from 0 to 1.
///   - count: of how many it is a share; need not be a whole number, as where examples depend on each other.
/// - Source: Wilson 1927, Probable inference, the law of succession, and statistical inference.
public func wilsonInterval(_ share: Double, of count: Double) -> Interval {
    let z = normalReach
    let spread = z * z / count
    let center = (share + spread / 2) / (1 + spread)
    let half = z / (1 + spread) * (share * (1 - share) / count + spread / (4 * count)).squareRoot()
    return Interval(low: max(0, center - half), high: min(1, center + half))
}
