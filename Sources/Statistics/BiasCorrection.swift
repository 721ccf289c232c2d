import Foundation

/// A statistic with a 95 % interval that takes out the bias which a bootstrap shows: its middle is 2·value − the mean of
/// the drawn statistics, its reach their standard deviation, brought from n − 1 to n examples, times Student's quantile.
///
/// Noise makes distances too large and correlations too small, and drawing anew adds as much noise once more: percentiles
/// of the drawn lie on the wrong side of the value, and BCa fails where all do. `docs/how-sure.md` has the coverage of
/// each. Where the bias is larger than the reach, the interval is widened to hold the value.
///
/// - Parameters:
///   - value: the statistic of the examples as they are; nil where it is undefined.
///   - drawn: the statistic of each resample.
///   - examples: how many were drawn each time; of several groups, the fewest.
///   - bounds: what the statistic cannot pass.
///   - isRough: for ranks and signs, which jump: the interval also holds the middle 95 % of the drawn.
/// - Returns: no interval without resamples, where one is undefined, or for fewer than two examples.
public func biasCorrected(
    _ value: Double?, _ drawn: [Double?], examples: Int,
    within bounds: ClosedRange<Double> = -Double.infinity...Double.infinity, isRough: Bool = false
) -> Estimate {
    guard let value, examples > 1, let percentiles = percentileInterval(drawn) else {
        return Estimate(value: value, interval: nil)
    }
    let (count, n) = (Double(drawn.count), Double(examples))
    let mean = drawn.reduce(0) { $0 + ($1 ?? 0) } / count
    let variance = drawn.reduce(0) { $0 + (($1 ?? 0) - mean) * (($1 ?? 0) - mean) } / count
    let reach = studentQuantile(twoSided: 0.05, freedom: n - 1) * (variance * n / (n - 1)).squareRoot()
    let middle = 2 * value - mean
    var ends = [middle - reach, middle + reach].map { min(max($0, bounds.lowerBound), bounds.upperBound) }
    ends += isRough ? [value, percentiles.low, percentiles.high] : [value]
    return Estimate(value: value, interval: Interval(low: ends.min() ?? value, high: ends.max() ?? value))
}

/// The bias-corrected and accelerated percentile interval: for means and shares, whose bias is small beside their spread.
///
/// - Parameters:
///   - value: the statistic of the examples as they are.
///   - drawn: the statistic of each resample.
///   - leftOut: the statistic without each example, or group of examples, in turn.
///   - level: how often the interval should hold the true value, between 0 and 1.
/// - Returns: at least from the value to itself; `nil` without resamples.
/// - Source: Efron, 1987; ties count half, as in SciPy.
public func acceleratedInterval(
    _ value: Double, drawn: [Double], leftOut: [Double], level: Double = 0.95
) -> Interval? {
    guard !drawn.isEmpty else { return nil }
    let below = Double(drawn.count { $0 < value } + drawn.count { $0 <= value }) / Double(2 * drawn.count)
    let sorted = drawn.sorted()
    let middle = leftOut.reduce(0, +) / Double(max(1, leftOut.count))
    let (squares, cubes) = leftOut.reduce(into: (0.0, 0.0)) { sums, each in
        sums.0 += (middle - each) * (middle - each)
        sums.1 += (middle - each) * (middle - each) * (middle - each)
    }
    let acceleration = squares > 0 ? cubes / (6 * pow(squares, 1.5)) : 0
    func end(_ share: Double) -> Double {
        guard below > 0, below < 1 else { return quantile(sorted, share) ?? value }
        let (bias, place) = (normalQuantile(below), normalQuantile(share))
        let corrected = bias + (bias + place) / (1 - acceleration * (bias + place))
        return quantile(sorted, normalShare(below: corrected)) ?? value
    }
    let (low, high) = (end((1 - level) / 2), end((1 + level) / 2))
    return Interval(low: min(low, value), high: max(high, value))
}

/// The share of a standard normal distribution below a number.
func normalShare(below x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }

/// The number below which a share of a standard normal distribution lies; the share is above 0 and below 1.
func normalQuantile(_ share: Double) -> Double {
    var (low, high) = (-40.0, 40.0)
    while high - low > 1e-14 * max(1, abs(low)) {
        let middle = (low + high) / 2
        if middle == low || middle == high { break }
        if normalShare(below: middle) < share { low = middle } else { high = middle }
    }
    return high
}
