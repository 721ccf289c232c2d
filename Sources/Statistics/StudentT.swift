import Foundation

/// The chance that a t-distributed number lies at least as far from zero as `t`, on either side.
///
/// - Parameters:
///   - t: the statistic: an estimate over its standard error.
///   - freedom: the degrees of freedom, above zero and not necessarily whole.
public func twoSidedP(t: Double, freedom: Double) -> Double {
    precondition(freedom > 0, "\(freedom) degrees of freedom")
    guard t.isFinite else { return t.isNaN ? .nan : 0 }
    return regularizedBeta(freedom / (freedom + t * t), a: freedom / 2, b: 0.5)
}

/// The number beyond which a t-distributed one lies, on either side together, with the chance `p`.
///
/// - Parameters:
///   - p: between 0 and 1; 0.05 for the reach of a 95 % interval.
///   - freedom: the degrees of freedom, above zero.
public func studentQuantile(twoSided p: Double, freedom: Double) -> Double {
    precondition(p > 0 && p < 1, "a chance of \(p)")
    var (low, high) = (0.0, 1.0)
    while twoSidedP(t: high, freedom: freedom) > p, high < 1e15 { (low, high) = (high, 2 * high) }
    while high - low > 1e-13 * high {
        let middle = (low + high) / 2
        if twoSidedP(t: middle, freedom: freedom) > p { low = middle } else { high = middle }
    }
    return high
}

/// The regularised incomplete beta function I_x(a, b), by its continued fraction.
///
/// - Source: Abramowitz and Stegun, 26.5.8, evaluated by Lentz's method.
func regularizedBeta(_ x: Double, a: Double, b: Double) -> Double {
    if x <= 0 { return 0 }
    if x >= 1 { return 1 }
    if x > (a + 1) / (a + b + 2) { return 1 - regularizedBeta(1 - x, a: b, b: a) }
    let front = exp(
        logGamma(a + b) - logGamma(a) - logGamma(b) + a * log(x) + b * log1p(-x))
    var (c, d) = (1.0, reciprocal(1 - (a + b) * x / (a + 1)))
    var fraction = d
    for term in 1...1000 {
        let m = Double(term)
        let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = reciprocal(1 + even * d)
        c = awayFromZero(1 + even / c)
        fraction *= d * c
        let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = reciprocal(1 + odd * d)
        c = awayFromZero(1 + odd / c)
        let factor = d * c
        fraction *= factor
        if abs(factor - 1) < 1e-15 { break }
    }
    return front * fraction / a
}

private func awayFromZero(_ x: Double) -> Double { abs(x) < 1e-300 ? 1e-300 : x }
private func reciprocal(_ x: Double) -> Double { 1 / awayFromZero(x) }
private func logGamma(_ x: Double) -> Double { lgamma(x) }
