import Statistics

/// How unevenly a pattern is spread over heads.
///
/// Kurtosis is ruled by the single largest head: read it beside `topShare`, never alone. `nil` is undefined: all
/// numbers are zero, or (for kurtosis) all are equal.
///
/// - Source: Zhao et al. name the three; their exact definitions are not public, these are SciPy's defaults.
public struct Concentration: Sendable, Equatable {
    /// 0 when every head is equal, (n − 1)/n when one head has everything.
    public let gini: Double?
    /// The standard deviation (over n) relative to the mean.
    public let variation: Double?
    /// Fisher's kurtosis, biased: 0 for a normal distribution.
    public let kurtosis: Double?
    /// The share of the largest head in the sum.
    public let topShare: Double?
    /// The same variation with n − 1 in the variance.
    public let sampleVariation: Double?
    /// See ``KurtosisForm/pearson``.
    public let pearsonKurtosis: Double?
    /// See ``KurtosisForm/unbiased``.
    public let unbiasedKurtosis: Double?
    /// The share of the `top` largest heads in the sum.
    public let topShareOfSeveral: Double?

    /// Takes the numbers of a pattern as they are; signed ones as their absolute values.
    ///
    /// - Parameters:
    ///   - values: the number of each head, in any order.
    ///   - top: how many heads `topShareOfSeveral` counts.
    public init(of values: some Collection<Double>, top: Int = 10) {
        let sizes = values.map { $0.magnitude }
        let x = ascending(sizes).map { sizes[$0] }
        gini = giniOfAscending(x)
        variation = coefficientOfVariation(x)
        sampleVariation = coefficientOfVariation(x, ddof: 1)
        let ratio = momentRatio(x)
        kurtosis = kurtosisForm(.fisher, ratio, count: x.count)
        pearsonKurtosis = kurtosisForm(.pearson, ratio, count: x.count)
        unbiasedKurtosis = kurtosisForm(.unbiased, ratio, count: x.count)
        topShare = HeadActivation.topShare(x)
        let total = x.reduce(0, +)
        topShareOfSeveral = total > 0 ? x.suffix(max(0, top)).reduce(0, +) / total : nil
    }
}

/// Σᵢ (2i − n − 1)·x₍ᵢ₎ / (n·Σx) with x in ascending order; `nil` when the sum is zero.
///
/// - Parameter x: numbers of which none is negative.
public func gini(_ x: [Double]) -> Double? { giniOfAscending(x.sorted()) }

private func giniOfAscending(_ x: [Double]) -> Double? {
    let total = x.reduce(0, +)
    guard total > 0 else { return nil }
    let n = Double(x.count)
    var weighted = 0.0
    for (index, value) in x.enumerated() { weighted += (2 * Double(index + 1) - n - 1) * value }
    return weighted / (n * total)
}

/// The standard deviation relative to the mean; `nil` when the sum is zero or too few numbers are given.
///
/// - Parameters:
///   - x: the numbers.
///   - ddof: what is taken from the count in the variance's denominator.
public func coefficientOfVariation(_ x: [Double], ddof: Int = 0) -> Double? {
    guard x.count > ddof, x.contains(where: { $0 != 0 }) else { return nil }
    let mean = x.reduce(0, +) / Double(x.count)
    guard mean != 0 else { return nil }
    let squares = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(x.count - ddof)).squareRoot() / mean
}

/// The forms of the fourth moment.
public enum KurtosisForm: Sendable {
    /// m₄/m₂² − 3.
    case fisher
    /// m₄/m₂².
    case pearson
    /// Fisher's without bias: ((n² − 1)·m₄/m₂² − 3(n − 1)²) / ((n − 2)(n − 3)); needs four numbers.
    case unbiased
}

/// The fourth central moment relative to the square of the second; `nil` when all numbers are equal.
public func kurtosis(_ x: [Double], form: KurtosisForm = .fisher) -> Double? {
    kurtosisForm(form, momentRatio(x), count: x.count)
}

/// m₄/m₂²; `nil` when all numbers are equal.
private func momentRatio(_ x: [Double]) -> Double? {
    guard let first = x.first, x.contains(where: { $0 != first }) else { return nil }
    let n = Double(x.count)
    let mean = x.reduce(0, +) / n
    let (m2, m4) = x.reduce(into: (0.0, 0.0)) { moments, value in
        let square = (value - mean) * (value - mean)
        moments.0 += square / n
        moments.1 += square * square / n
    }
    guard m2 > 0, m2 * m2 > 0 else { return nil }
    return m4 / (m2 * m2)
}

private func kurtosisForm(_ form: KurtosisForm, _ ratio: Double?, count: Int) -> Double? {
    guard let ratio else { return nil }
    switch form {
    case .fisher: return ratio - 3
    case .pearson: return ratio
    case .unbiased:
        guard count > 3 else { return nil }
        let n = Double(count)
        return ((n * n - 1) * ratio - 3 * (n - 1) * (n - 1)) / ((n - 2) * (n - 3))
    }
}

/// The share of the `k` largest in the sum; `nil` when the sum is zero.
///
/// - Parameters:
///   - x: numbers of which none is negative.
///   - k: how many of the largest are counted.
public func topShare(_ x: [Double], k: Int = 1) -> Double? {
    let total = x.reduce(0, +)
    guard total > 0 else { return nil }
    if k == 1 { return x.max().map { $0 / total } }
    return x.sorted(by: >).prefix(k).reduce(0, +) / total
}
