import Statistics
public import Examples
import Foundation

/// What the log-likelihood of an option is divided by before the largest is chosen.
public enum LengthNormalization: String, CaseIterable, Sendable {
    /// Nothing: lm-evaluation-harness calls this accuracy acc.
    case none
    /// The option's characters, counted as Unicode code points: acc_norm there.
    case characters
    /// The option's UTF-8 bytes: acc_bytes there.
    case bytes
    /// The option's tokens: the mean of log p.
    case tokens
}

/// How likely a model thinks each option of a question.
public struct ChoiceOutcome: Sendable {
    /// The record's id.
    public let id: String
    /// The sum of log p over each option's tokens, in nats: [option].
    public let logLikelihoods: [Double]
    /// The number of tokens of each option.
    public let tokens: [Int]
    /// The options as text.
    public let options: [String]
    /// The index of the right option.
    public let answer: Int

    /// The outcome of a question whose options' tokens have these −log p, in nats: [option][token].
    public init(_ question: EncodedQuestion, tokenLosses: [[Float]]) {
        id = question.id
        logLikelihoods = tokenLosses.map { option in -option.reduce(0) { $0 + Double($1) } }
        tokens = tokenLosses.map(\.count)
        options = question.options
        answer = question.answer
    }

    /// The log-likelihoods over the lengths: [option].
    public func scores(by normalization: LengthNormalization) -> [Double] {
        options.indices.map { option in
            let length =
                switch normalization {
                case .none: 1
                case .characters: options[option].unicodeScalars.count
                case .bytes: options[option].utf8.count
                case .tokens: tokens[option]
                }
            return logLikelihoods[option] / Double(length)
        }
    }

    /// The first option of the largest score.
    public func prediction(by normalization: LengthNormalization) -> Int {
        indexOfLargest(scores(by: normalization))
    }

    /// Whether another option's score equals that of the chosen one, so that their order alone chose.
    public func isTied(by normalization: LengthNormalization) -> Bool {
        let scores = scores(by: normalization)
        return scores.count { $0 == scores.max() } > 1
    }

    /// Whether the chosen option is the right one.
    public func isCorrect(by normalization: LengthNormalization) -> Bool {
        prediction(by: normalization) == answer
    }

    /// −log p of the right option's tokens, their mean in nats.
    public var answerLoss: Double { -logLikelihoods[answer] / Double(tokens[answer]) }

    /// The probability of the right option if one of the options had to be said: softmax over log-likelihoods.
    public var answerProbability: Double {
        let largest = logLikelihoods.max() ?? 0
        let weights = logLikelihoods.map { exp($0 - largest) }
        return weights[answer] / weights.reduce(0, +)
    }
}
