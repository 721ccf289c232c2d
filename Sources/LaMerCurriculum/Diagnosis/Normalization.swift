import Foundation

/// How the log-likelihoods of an answer's tokens become the answer's score.
public enum Normalization: String, Sendable, CaseIterable {
    /// Their sum: the answer's log-likelihood.
    case sum
    /// Their mean, so that long answers are not scored by their length alone.
    case mean

    /// What suits the lengths of a query's answers, in tokens: sums for short closed answers of at most 8, else means.
    ///
    /// The choice decides much: between answers of 100 tokens sums differ by tens of nats, and a belief that is all but
    /// certain moves by as much.
    public init(lengths: [Int]) { self = lengths.allSatisfy { $0 <= 8 } ? .sum : .mean }

    /// An answer's score, in nats.
    ///
    /// - Parameter losses: −log p of each token.
    public func score(_ losses: [Float]) -> Double {
        precondition(!losses.isEmpty, "an answer of no tokens")
        let sum = -losses.reduce(0.0) { $0 + Double($1) }
        return self == .sum ? sum : sum / Double(losses.count)
    }
}

/// log Σ exp(x).
func logSumExp(_ x: [Double]) -> Double {
    let largest = x.max() ?? -.infinity
    guard largest.isFinite else { return largest }
    return largest + log(x.reduce(0) { $0 + exp($1 - largest) })
}
