public import Statistics

/// What a model's answers to multiple-choice questions come to.
public struct ChoiceSummary: Sendable {
    /// Right answers, for each way to choose.
    public let correct: [LengthNormalization: Proportion]
    /// Questions whose best options are equal, so that the first of them was taken, for each way to choose.
    public let ties: [LengthNormalization: Int]
    /// The accuracy to expect of guessing: the mean of 1 / options.
    public let chance: Double
    /// The accuracy of always giving the position that is right most often.
    public let majority: Proportion
    /// −log p of the right options, each the mean over its tokens, in nats.
    public let answerLoss: Mean
    /// The probability of the right option among the options.
    public let answerProbability: Mean

    /// The summary of outcomes.
    public init(_ outcomes: [ChoiceOutcome]) {
        func each<Value>(_ value: (LengthNormalization) -> Value) -> [LengthNormalization: Value] {
            Dictionary(uniqueKeysWithValues: LengthNormalization.allCases.map { ($0, value($0)) })
        }
        correct = each { way in Proportion(outcomes.count { $0.isCorrect(by: way) }, of: outcomes.count) }
        ties = each { way in outcomes.count { $0.isTied(by: way) } }
        chance = Mean(outcomes.map { 1 / Double($0.options.count) }).value
        majority = largestShare(outcomes.map(\.answer))
        answerLoss = Mean(outcomes.map(\.answerLoss))
        answerProbability = Mean(outcomes.map(\.answerProbability))
    }
}

/// What a model's own answers come to.
public struct MatchSummary: Sendable {
    /// Answers that are the reference's.
    public let correct: Proportion
    /// Texts in which no answer was found.
    public let unanswered: Int
    /// Texts that came to no end before the most tokens were reached.
    public let unfinished: Int
    /// The accuracy of always giving the most frequent answer.
    public let majority: Proportion
    /// −log p of the references, each the mean over its tokens, in nats.
    public let referenceLoss: Mean

    /// The summary of outcomes.
    public init(_ outcomes: [MatchOutcome]) {
        correct = Proportion(outcomes.count(where: \.isCorrect), of: outcomes.count)
        unanswered = outcomes.count { $0.prediction == nil }
        unfinished = outcomes.count { !$0.isFinished }
        majority = largestShare(outcomes.map(\.reference))
        referenceLoss = Mean(outcomes.map(\.referenceLoss))
    }
}

/// The share of the most frequent answer.
private func largestShare(_ answers: [some Hashable]) -> Proportion {
    let counts = answers.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    return Proportion(counts.values.max() ?? 0, of: answers.count)
}
