/// The mean of a figure over examples, with its standard error.
public struct Mean: Hashable, Sendable {
    /// The mean; no number of nothing.
    public let value: Double
    /// The standard deviation of the figures over the root of their number; no number of fewer than two.
    public let standardError: Double

    /// The mean of figures.
    public init(_ figures: [Double]) {
        let n = Double(figures.count)
        let mean = figures.reduce(0, +) / n
        value = mean
        standardError = (figures.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1) / n).squareRoot()
    }
}
