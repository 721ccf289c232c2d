public import Statistics
public import Examples
public import Transformers

/// How likely a model thinks the two answers of a pair.
public struct PreferenceOutcome: Sendable {
    /// The record's id.
    public let id: String
    /// log π of the chosen and of the rejected answer: sums over their tokens, the end included, in nats.
    public let chosen: Double, rejected: Double
    /// The number of tokens of each answer.
    public let chosenTokens: Int, rejectedTokens: Int

    /// The outcome of a pair whose answers' tokens have these −log p, in nats.
    public init(id: String, chosenLosses: [Float], rejectedLosses: [Float]) {
        func sum(_ losses: [Float]) -> Double { -losses.reduce(0) { $0 + Double($1) } }
        self.id = id
        (chosen, rejected) = (sum(chosenLosses), sum(rejectedLosses))
        (chosenTokens, rejectedTokens) = (chosenLosses.count, rejectedLosses.count)
    }

    /// log π(c) − log π(r), in nats.
    public var margin: Double { chosen - rejected }
    /// The same of the means over tokens.
    public var marginPerToken: Double {
        chosen / Double(chosenTokens) - rejected / Double(rejectedTokens)
    }
    /// −log π of the chosen answer's tokens, their mean in nats.
    public var chosenLoss: Double { -chosen / Double(chosenTokens) }
}

/// What a model's preferences come to.
public struct PreferenceSummary: Sendable {
    /// Pairs whose chosen answer is the more likely one; equal ones do not count.
    public let bySum: Proportion
    /// Pairs whose chosen answer has the larger mean of log p over its tokens.
    public let byToken: Proportion
    /// Pairs whose answers are equally likely, by their sums and by their means.
    public let ties: Int, tiesPerToken: Int
    /// log π(c) − log π(r), in nats.
    public let margin: Mean
    /// −log p of the chosen answers, each the mean over its tokens, in nats.
    public let chosenLoss: Mean

    /// The summary of outcomes.
    public init(_ outcomes: [PreferenceOutcome]) {
        bySum = Proportion(outcomes.count { $0.margin > 0 }, of: outcomes.count)
        byToken = Proportion(outcomes.count { $0.marginPerToken > 0 }, of: outcomes.count)
        ties = outcomes.count { $0.margin == 0 }
        tiesPerToken = outcomes.count { $0.marginPerToken == 0 }
        margin = Mean(outcomes.map(\.margin))
        chosenLoss = Mean(outcomes.map(\.chosenLoss))
    }
}

/// Scores both answers of each pair. Nothing is generated.
///
/// - Parameters:
///   - model: The model that scores.
///   - pairs: Both answers of each, as tokens.
///   - packTokens: Tokens a worker computes together; memory grows with it.
///   - workers: Packs computed at a time.
///   - progress: Sees the number of answers and tokens of each finished pack.
/// - Returns: An outcome for each pair, in order.
nonisolated(nonsending) public func preferences(
    of model: Decoder, on pairs: [EncodedPreference], packTokens: Int, workers: Int,
    progress: (_ answers: Int, _ tokens: Int) -> Void = { _, _ in }
) async -> [PreferenceOutcome] {
    let losses = await model.tokenLosses(
        of: pairs.flatMap { [$0.chosen.sequence, $0.rejected.sequence] }, packTokens: packTokens,
        workers: workers, progress: progress)
    return pairs.enumerated().map { index, pair in
        PreferenceOutcome(
            id: pair.id, chosenLosses: losses[2 * index], rejectedLosses: losses[2 * index + 1])
    }
}
