/// The area under the receiver operating characteristic: the chance that a positive example has a higher score than a
/// negative one, ties counting half.
///
/// Scores are ranked once, so that resamples cost one pass each.
///
/// - Source: Hanley and McNeil 1982.
public struct AreaUnderCurve: Sendable {
    private let isPositive: [Bool]
    private let order: [Int]  // examples by ascending score
    private let ends: [Int]  // where examples of equal score end in it

    /// Ranks scores: [example].
    public init(_ scores: [Double], isPositive: [Bool]) {
        precondition(
            scores.count == isPositive.count, "\(scores.count) scores of \(isPositive.count) examples")
        self.isPositive = isPositive
        let order = scores.indices.sorted { (scores[$0], $0) < (scores[$1], $1) }
        ends = order.indices.filter { $0 == order.count - 1 || scores[order[$0]] != scores[order[$0 + 1]] }
            .map { $0 + 1 }
        self.order = order
    }

    /// The area where each example counts as often as its weight says; nil where one of the classes has no weight.
    public func value(weights: [Double]) -> Double? {
        var (negatives, positives, wins) = (0.0, 0.0, 0.0)
        var start = 0
        for end in ends {
            var own = (positive: 0.0, negative: 0.0)
            for place in start..<end {
                let example = order[place]
                if isPositive[example] {
                    own.positive += weights[example]
                } else {
                    own.negative += weights[example]
                }
            }
            wins += own.positive * (negatives + own.negative / 2)
            negatives += own.negative
            positives += own.positive
            start = end
        }
        return positives > 0 && negatives > 0 ? wins / (positives * negatives) : nil
    }

    /// The area where each example counts once.
    public var value: Double? { value(weights: isPositive.map { _ in 1 }) }
}
