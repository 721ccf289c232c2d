import Statistics
import Evaluation
import Reports

/// An evaluation as it is reported: a line for each example, figures, and what they say.
struct EvaluationRun {
    /// An accuracy under its name.
    struct Accuracy {
        let name: String
        let correct: Proportion
        let ties: Int?
    }

    let kind: String
    let lines: [EvaluationLine]
    let accuracies: [Accuracy]
    let chance: Double?
    let majority: Proportion?
    /// Of pairs, log π(c) − log π(r), in nats.
    var margin: Mean?
    let answerLoss: Mean
    let answerProbability: Mean?
    let extract: String?
    let remarks: [String]

    init(_ outcomes: [ChoiceOutcome]) {
        let summary = ChoiceSummary(outcomes)
        kind = "multiple-choice"
        lines = outcomes.map { EvaluationLine($0) }
        accuracies = LengthNormalization.allCases.map { way in
            Accuracy(
                name: way.metric, correct: summary.correct[way] ?? Proportion(0, of: 0),
                ties: summary.ties[way])
        }
        (chance, majority, answerLoss) = (summary.chance, summary.majority, summary.answerLoss)
        answerProbability = summary.answerProbability
        extract = nil
        let ties = accuracies.filter { $0.ties != 0 }.map { "\($0.ties ?? 0) by \($0.name)" }
        remarks =
            ties.isEmpty
            ? []
            : [
                "Questions whose best options tie, so that the first was taken: \(ties.joined(separator: ", "))."
            ]
    }

    init(_ outcomes: [PreferenceOutcome]) {
        let summary = PreferenceSummary(outcomes)
        kind = "preference"
        lines = outcomes.map { EvaluationLine($0) }
        accuracies = [
            Accuracy(name: "acc", correct: summary.bySum, ties: summary.ties),
            Accuracy(name: "acc_tokens", correct: summary.byToken, ties: summary.tiesPerToken),
        ]
        (chance, majority, answerLoss, margin) = (0.5, nil, summary.chosenLoss, summary.margin)
        (answerProbability, extract) = (nil, nil)
        let shorter = outcomes.count { $0.chosenTokens < $0.rejectedTokens }
        let longer = outcomes.count { $0.chosenTokens > $0.rejectedTokens }
        remarks = [
            "The chosen answer is the shorter one in \(shorter) of \(outcomes.count) pairs and the longer one in \(longer), in "
                + "tokens; log π(c) − log π(r) is \(fixed(summary.margin.value, decimals: 3)) ± "
                + "\(fixed(summary.margin.standardError, decimals: 3)) nats (standard error)."
        ]
    }

    init(_ outcomes: [MatchOutcome], _ extraction: AnswerExtraction, maxTokens: Int) {
        let summary = MatchSummary(outcomes)
        kind = "exact-match"
        lines = outcomes.map { EvaluationLine($0) }
        accuracies = [Accuracy(name: "exact_match", correct: summary.correct, ties: nil)]
        (chance, majority, answerLoss) = (nil, summary.majority, summary.referenceLoss)
        answerProbability = nil
        extract = extraction.name
        remarks = [
            "Of \(outcomes.count) texts, \(summary.unanswered) held no answer, and \(summary.unfinished) came to no "
                + "end within \(maxTokens) tokens."
        ]
    }

    /// What needs no model: the better of guessing and of always giving one answer.
    var baseline: Double { max(chance ?? 0, majority?.share ?? 0) }

    /// For people.
    var text: String {
        var table = Table([
            .text(kind), .number("accuracy"), .number("95 % interval"), .number("right"), .number("of"),
            .text("against baseline"),
        ])
        for accuracy in accuracies {
            let (share, interval) = (accuracy.correct.share, accuracy.correct.interval)
            table.add([
                accuracy.name, percent(share), written(interval), "\(accuracy.correct.count)",
                "\(accuracy.correct.total)",
                accuracy.correct.total < 6
                    ? "too few to tell"
                    : interval.contains(baseline) ? "not told apart" : share > baseline ? "above" : "below",
            ])
        }
        if let chance { table.add(["by guessing", percent(chance), "", "", "", ""]) }
        if let majority {
            table.add([
                chance == nil ? "always the most frequent answer" : "always the most frequent position",
                percent(majority.share), "", "\(majority.count)", "\(majority.total)", "",
            ])
        }
        return table.fitted + "\n" + sentences.map { $0 + "\n" }.joined()
    }

    private var sentences: [String] {
        let loss = fixed(answerLoss.value, decimals: 3)
        let error = fixed(answerLoss.standardError, decimals: 3)
        let sentence =
            "The tokens of right answers have a mean −log p of \(loss) ± \(error) nats (standard error)."
        let probability = answerProbability.map {
            "Among the options the right one has a probability of \(percent($0.value)) ± \(percent($0.standardError))."
        }
        return remarks + [sentence] + [probability].compactMap(\.self)
    }
}

/// An interval in percent.
func written(_ interval: ClosedRange<Double>) -> String {
    "\(percent(interval.lowerBound)) to \(percent(interval.upperBound))"
}
