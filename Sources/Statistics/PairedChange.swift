/// How a figure of the same examples, such as their loss, changed on average.
public struct PairedChange: Sendable, Equatable {
    /// The number of examples.
    public let examples: Int
    /// The mean before and after, in the figure's unit.
    public let before, after: Double
    /// The mean of after − before, with Student's 95 % interval; no interval for a single example.
    public let change: Estimate
    /// The mean difference over its standard error; NaN for a single example, or where nothing differs.
    public let t: Double
    /// The chance of so large a |t| without a change (Student's paired test); NaN where t is.
    public let p: Double
    /// In how many examples the figure is larger after, and in how many smaller.
    public let larger, smaller: Int

    /// Compares figures example by example; at least one.
    public init(before: [Double], after: [Double]) {
        precondition(
            !before.isEmpty && before.count == after.count, "\(before.count), \(after.count) figures")
        let differences = zip(before, after).map { $1 - $0 }
        let count = Double(before.count)
        let mean = differences.reduce(0, +) / count
        let squares = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let error = before.count > 1 ? (squares / (count - 1) / count).squareRoot() : .nan
        examples = before.count
        (self.before, self.after) = (before.reduce(0, +) / count, after.reduce(0, +) / count)
        t = mean / error
        p = before.count > 1 ? twoSidedP(t: t, freedom: count - 1) : .nan
        let reach = before.count > 1 ? error * studentQuantile(twoSided: 0.05, freedom: count - 1) : .nan
        change = Estimate(
            value: mean, interval: reach.isNaN ? nil : Interval(low: mean - reach, high: mean + reach))
        larger = differences.count { $0 > 0 }
        smaller = differences.count { $0 < 0 }
    }

    /// The change as a part of what was before; `nil` where that is zero.
    public var relative: Double? { before == 0 ? nil : (after - before) / before.magnitude }

    /// In what part of the examples the figure is larger after, from 0 to 1.
    public var shareLarger: Double { Double(larger) / Double(examples) }
}
