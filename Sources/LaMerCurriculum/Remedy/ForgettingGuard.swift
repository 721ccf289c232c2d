public import Statistics

/// Which places of a mixture general examples take: as evenly spread as can be, so that the others keep their order and
/// no stretch of training is without them.
///
/// - Parameters:
///   - repair: the number of the others.
///   - general: the number of general examples.
/// - Returns: for each place whether a general example stands there.
public func interleaved(repair: Int, general: Int) -> [Bool] {
    let total = repair + general
    return (0..<total).map { ($0 + 1) * general / total > $0 * general / total }
}

/// How many general examples make up a share of a mixture.
public func generalCount(share: Double, repair: Int) -> Int {
    precondition((0..<1).contains(share), "a share of \(share)")
    return Int((share / (1 - share) * Double(repair)).rounded())
}

/// What a model's losses on the same examples were before and after training.
public struct LossChange: Sendable, Equatable {
    /// The mean over examples before and after, in nats a token.
    public let before, after: Double
    /// The mean of the differences, with its interval from a bootstrap over examples.
    public let change: Estimate

    /// Compares losses, example by example; at least one.
    public init(before: [Double], after: [Double], resamples: Int = 1000, seed: Int = 0) {
        precondition(!before.isEmpty && before.count == after.count, "\(before.count), \(after.count) losses")
        let count = Double(before.count)
        (self.before, self.after) = (before.reduce(0, +) / count, after.reduce(0, +) / count)
        change = ratio(
            zip(before, after).map { ($1 - $0, 1) }, resamples: resamples, seed: seed)
    }

    /// Whether the losses have surely risen.
    public var isWorse: Bool { (change.interval?.low ?? 0) > 0 }
}
