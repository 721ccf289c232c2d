import Evaluation
import Foundation
import LaMerCurriculum
import Reports
package import Statistics

/// What training changed about the answers of the queries, where the right ones are known.
struct QueryChanges {
    let comparison: PairedComparison
    /// The probability of the first choice less the share that is right: before, after.
    let overconfidence: (before: Double, after: Double)

    /// nil where no query has an answer.
    init?(_ recorded: RecordedDiagnosis, _ after: [DiagnosedQuery]) {
        let first = Dictionary(
            recorded.pairs.map { ($0.queryID, $0) }, uniquingKeysWith: { first, _ in first })
        let known = after.compactMap { query -> (before: PairState, after: [Double], answer: Int)? in
            guard let pair = first[query.subject.query.id], let answer = pair.answerIndex else { return nil }
            return (PairState(pair), query.belief.probabilities, answer)
        }
        guard !known.isEmpty else { return nil }
        func best(_ values: [Double]) -> Int { values.firstIndex(of: values.max() ?? 0) ?? 0 }
        comparison = PairedComparison(
            known.map { ($0.before.untoldBest == $0.answer, best($0.after) == $0.answer) })
        let count = Double(known.count)
        overconfidence = (
            known.reduce(0) { $0 + ($1.before.untold.max() ?? 0) } / count - comparison.before.share,
            known.reduce(0) { $0 + ($1.after.max() ?? 0) } / count - comparison.now.share
        )
    }
}

/// What a remedy came to: `remedy.json`, and what a person reads.
public struct RemedySummary: Codable {
    package let threshold: Double
    package let pairs, too_long: Int
    package let all: Group
    /// The pairs that examples were made for, and those that lacked something too; where the examples say.
    package let trained_for, others: Group?
    package let sound, newly_broken: Int
    package let broken: EstimateRecord
    package let accuracy: Accuracy?
    package let general: General?
    package let heads: HeadsSummary?
    /// Whether fewer pairs lack their fact than before; where pairs that did not lack it were diagnosed too.
    package let net: Net?

    /// Pairs that ceased to lack their fact beside those that came to.
    package struct Net: Codable {
        package let ceased, began, explained_by_chance: Int
        package let p: Double
        package let verdict: Verdict
    }

    /// What became of pairs that counted before.
    package struct Group: Codable {
        package let remedied, unchanged, borderline: Int
        package let share, adopted: EstimateRecord
        package let re_calibrated_before, re_calibrated_after: Double?
        package let change: EstimateRecord
    }

    /// Right answers, told nothing.
    package struct Accuracy: Codable {
        package let queries, lost, won: Int
        package let before, after, change: EstimateRecord
        package let p, overconfidence_before, overconfidence_after: Double
    }

    /// The loss of held-out general examples, in nats a token.
    package struct General: Codable {
        package let before, after: Double
        package let change: EstimateRecord
        package let is_worse: Bool
        package let p: Double?
        package let verdict: Verdict?
        /// The change in a sentence.
        package let finding: String?
    }

    init(
        _ outcome: RemedyOutcome, _ queries: QueryChanges?, _ general: PairedChange?, _ heads: HeadsSummary?,
        tooLong: Int
    ) {
        (threshold, pairs, too_long) = (outcome.threshold, outcome.pairs.count, tooLong)
        all = Group(outcome) { _ in true }
        let knows = outcome.pairs.contains(where: \.isTrained)
        trained_for = knows ? Group(outcome, where: \.isTrained) : nil
        others = knows ? Group(outcome) { !$0.isTrained } : nil
        (sound, newly_broken) = (outcome.count(of: .sound), outcome.count(of: .newlyBroken))
        broken = EstimateRecord(outcome.broken)
        accuracy = queries.map(Accuracy.init)
        self.general = general.map {
            General(
                before: $0.before, after: $0.after, change: EstimateRecord($0.change),
                is_worse: $0.verdict(q: $0.p) == .changed && $0.after > $0.before,
                p: $0.p.isFinite ? $0.p : nil, verdict: $0.verdict(q: $0.p),
                finding: costSentence("held-out general examples", $0, $0.verdict(q: $0.p)))
        }
        self.heads = heads
        net = outcome.net.map {
            Net(
                ceased: $0.ceased, began: $0.began, explained_by_chance: min($0.ceased, $0.began), p: $0.p,
                verdict: $0.verdict)
        }
    }

    /// What must not be missed.
    package var warnings: [String] {
        guard let general, general.is_worse else { return [] }
        return [
            "held-out general examples got worse by \(general.change.written(decimals: 4)) nats a token; lower the rate or "
                + "the epochs, or raise the share of general examples."
        ]
    }
}

extension RemedySummary.Group {
    init(_ outcome: RemedyOutcome, where isCounted: @escaping (RemediedPair) -> Bool) {
        remedied = outcome.count(of: .remedied, where: isCounted)
        unchanged = outcome.count(of: .unchanged, where: isCounted)
        borderline = outcome.count(of: .borderline, where: isCounted)
        share = EstimateRecord(outcome.remedied(where: isCounted))
        adopted = EstimateRecord(outcome.adopted(where: isCounted))
        change = EstimateRecord(outcome.change(where: isCounted))
        func mean(_ state: KeyPath<RemediedPair, PairState>) -> Double? {
            outcome.mean { isCounted($0) && $0.wasLacking ? $0[keyPath: state].calibrated : nil }.value
        }
        (re_calibrated_before, re_calibrated_after) = (mean(\.before), mean(\.after))
    }
}

extension RemedySummary.Accuracy {
    init(_ changes: QueryChanges) {
        let found = changes.comparison
        (queries, lost, won, p) = (found.count, found.lost, found.won, found.p)
        before = EstimateRecord(found.before)
        after = EstimateRecord(found.now)
        change = EstimateRecord(
            Estimate(
                value: found.difference,
                interval: Interval(low: found.interval.lowerBound, high: found.interval.upperBound)))
        (overconfidence_before, overconfidence_after) = changes.overconfidence
    }
}

extension EstimateRecord {
    /// A share and its interval after Wilson.
    init(_ proportion: Proportion) {
        self.init(
            Estimate(
                value: proportion.share,
                interval: Interval(
                    low: proportion.interval.lowerBound, high: proportion.interval.upperBound)))
    }
}
