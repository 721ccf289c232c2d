/// A number with the interval in which it lies.
public struct Interval: Sendable, Equatable {
    /// The lower end.
    public let low: Double
    /// The upper end.
    public let high: Double

    /// Names both ends.
    public init(low: Double, high: Double) {
        self.low = low
        self.high = high
    }
}

/// A statistic with its interval.
public struct Estimate: Sendable, Equatable {
    /// The statistic of the measurement itself; `nil` when undefined.
    public let value: Double?
    /// Its 95 % interval, which holds the value; `nil` when undefined or there is a single example.
    public let interval: Interval?

    /// Holds a value and its interval.
    public init(value: Double?, interval: Interval?) {
        self.value = value
        self.interval = interval
    }
}

extension Estimate {
    /// Whether the 95 % interval excludes zero, which is a test at 5 %.
    public var isNotZero: Bool { interval.map { $0.low > 0 || $0.high < 0 } ?? false }
}

/// The interval that leaves out the same share of a bootstrap's numbers on either side, with linear interpolation.
///
/// - Returns: `nil` when there are no numbers or a resample's statistic is undefined.
public func percentileInterval(_ values: [Double?], level: Double = 0.95) -> Interval? {
    let sorted = values.compactMap(\.self).sorted()
    guard !sorted.isEmpty, sorted.count == values.count else { return nil }
    guard let low = quantile(sorted, (1 - level) / 2), let high = quantile(sorted, (1 + level) / 2) else {
        return nil
    }
    return Interval(low: low, high: high)
}

/// The number below which a share of ascending numbers lies, with linear interpolation; nil of none.
public func quantile(_ ascending: [Double], _ share: Double) -> Double? {
    guard !ascending.isEmpty else { return nil }
    let place = share * Double(ascending.count - 1)
    let below = Int(place)
    let above = min(below + 1, ascending.count - 1)
    return ascending[below] + (place - Double(below)) * (ascending[above] - ascending[below])
}
