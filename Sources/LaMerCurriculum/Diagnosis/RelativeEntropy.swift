import Statistics
import Foundation

/// A model's belief in each of some candidate answers to one query.
///
/// - Source: Xiong et al. (LaMer), section 3.2. As printed, likelihoods enter the softmax negated, which would favour
///   the less likely answer; here the softmax is over log-likelihoods. For two candidates the entropies are the same.
public struct AnswerBelief: Sendable, Equatable {
    /// log p of each candidate, normalized over the candidates, in nats: [candidate].
    public let logProbabilities: [Double]

    /// The belief that follows from each candidate's log-likelihood, in nats.
    ///
    /// - Parameters:
    ///   - logLikelihoods: Each candidate's, in nats: at least two.
    ///   - temperature: Divides the log-likelihoods; above 0. Above 1 it flattens the belief.
    public init(logLikelihoods: [Double], temperature: Double = 1) {
        precondition(logLikelihoods.count >= 2, "\(logLikelihoods.count) candidates; a belief needs two")
        precondition(temperature > 0, "a temperature of \(temperature)")
        let scaled = logLikelihoods.map { $0 / temperature }
        let logSum = logSumExp(scaled)
        logProbabilities = scaled.map { $0 - logSum }
    }

    /// The probability of each candidate: [candidate].
    public var probabilities: [Double] { logProbabilities.map { exp($0) } }
}

/// How much a belief changes when a fact is given: KL(P ‖ Q) = Σ p·(log p − log q), in nats.
///
/// The expectation is under the belief without the fact. Rounding below zero is taken as zero.
///
/// - Source: Xiong et al. (LaMer), section 3.2.
public func relativeEntropy(of without: AnswerBelief, given with: AnswerBelief) -> Double {
    let (p, q) = (without.logProbabilities, with.logProbabilities)
    precondition(p.count == q.count, "\(p.count) candidates without the fact, \(q.count) with it")
    return max(0, zip(p, q).reduce(0) { $0 + exp($1.0) * ($1.0 - $1.1) })
}

/// The symmetric, bounded relative of ``relativeEntropy(of:given:)``: the mean divergence of both beliefs from their
/// mean, in nats, at most log 2.
public func jensenShannonDivergence(_ a: AnswerBelief, _ b: AnswerBelief) -> Double {
    precondition(
        a.logProbabilities.count == b.logProbabilities.count,
        "\(a.logProbabilities.count) and \(b.logProbabilities.count) candidates")
    return zip(a.logProbabilities, b.logProbabilities).reduce(0) { sum, pair in
        let middle = log((exp(pair.0) + exp(pair.1)) / 2)
        return sum + (exp(pair.0) * (pair.0 - middle) + exp(pair.1) * (pair.1 - middle)) / 2
    }
}
