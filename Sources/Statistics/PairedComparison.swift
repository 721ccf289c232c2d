import Foundation

/// Right and wrong answers of two models, or of one before and after, to the same questions.
public struct PairedComparison: Hashable, Sendable {
    /// Right in both.
    public let both: Int
    /// Right only before, right only now.
    public let lost: Int, won: Int
    /// Wrong in both.
    public let neither: Int

    /// The comparison of pairs of outcomes.
    public init(_ pairs: [(before: Bool, now: Bool)]) {
        both = pairs.count { $0.before && $0.now }
        lost = pairs.count { $0.before && !$0.now }
        won = pairs.count { !$0.before && $0.now }
        neither = pairs.count { !$0.before && !$0.now }
    }

    /// The number of pairs.
    public var count: Int { both + lost + won + neither }
    /// The right answers before.
    public var before: Proportion { Proportion(both + lost, of: count) }
    /// The right answers now.
    public var now: Proportion { Proportion(both + won, of: count) }
    /// The accuracy now minus the accuracy before, from −1 to 1; no number of no pairs.
    public var difference: Double { Double(won - lost) / Double(count) }

    /// The 95 % confidence interval of the difference: Wald's, with Laplace's adjustment.
    ///
    /// - Source: Bonett and Price 2012, Adjusted Wald confidence interval for a difference of binomial proportions
    ///   based on paired data.
    public var interval: ClosedRange<Double> {
        let n = Double(count + 2)
        let (won, lost) = (Double(won + 1) / n, Double(lost + 1) / n)
        let half = normalReach * ((won + lost - (won - lost) * (won - lost)) / n).squareRoot()
        return max(-1, won - lost - half)...min(1, won - lost + half)
    }

    /// How probable it is that at least as uneven a split of won and lost arises by chance: McNemar's test, exact and
    /// two-sided.
    ///
    /// - Source: McNemar 1947; the tail of the binomial distribution with p = ½ instead of its χ² approximation.
    public var p: Double {
        let (n, fewer) = (won + lost, min(won, lost))
        let logAll = lgamma(Double(n + 1)) - Double(n) * log(2)
        let tail = (0...fewer).reduce(0.0) { sum, k in
            sum + exp(logAll - lgamma(Double(k + 1)) - lgamma(Double(n - k + 1)))
        }
        return min(1, 2 * tail)
    }
}
