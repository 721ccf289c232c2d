import Foundation

/// How the token log-likelihoods of an answer are reduced to its score.
public enum Normalization: String, Sendable, CaseIterable {
    /// Their sum: the answer's log-likelihood.
    case sum
    /// Their mean, so that long answers are not penalized for their length.
    case mean

    /// The default for the lengths of a query's answers: sums if all have at most 8 tokens, else means.
    ///
    /// The choice matters: sums of answers of 100 tokens differ by tens of nats, so the belief is almost
    /// certain, and RE can be as large.
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
