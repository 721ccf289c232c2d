import Foundation
import Kernels
public import Statistics

/// How well a score detects the queries that a model answers wrongly.
public struct DetectorQuality: Sendable {
    /// What scores the queries.
    public let name: String
    /// The part of the flagged queries that are answered wrongly.
    public let precision: Estimate
    /// The part of the wrongly answered queries that are flagged.
    public let recall: Estimate
    /// The harmonic mean of both.
    public let f1: Estimate
    /// AUROC: the probability that a wrongly answered query scores higher than a correctly answered one; ties
    /// count half.
    public let auroc: Estimate
    /// AUROC less that of relative entropy, on the same resamples.
    public let aurocGain: Estimate
}

/// A check of the diagnosis against known answers.
public struct DiagnosisCheck: Sendable {
    /// Queries with an answer among their candidates.
    public let queries: Int
    /// Those answered wrongly without a fact: the gold standard.
    public let wrong: Int
    /// Queries that the diagnosis flags: some fact reaches the threshold.
    public let flagged: Int
    /// Relative entropy, calibrated too where there are random facts, and what it is measured against. Each other score
    /// flags as many queries as relative entropy does, those with the highest scores.
    public let detectors: [DetectorQuality]
    /// Of the pairs that count, the part in which the fact makes the right answer likelier.
    public let helpful: Estimate
}

extension Diagnosis {
    /// Precision, recall, F1 and AUROC of relative entropy and of what needs no facts: the loss of the model's answer
    /// (its perplexity), the entropy of its belief, 1 − max P, and chance. Intervals are from a bootstrap over queries.
    ///
    /// - Returns: nil where no query has an answer, or all are answered alike.
    public func check(resamples: Int = 1000, seed: Int) -> DiagnosisCheck? {
        let known = queries.filter { $0.answer != nil && !$0.shifts.isEmpty }
        let wrong = known.map { $0.belief.best != $0.answer }
        guard wrong.contains(true), wrong.contains(false) else { return nil }
        let worst = known.map { $0.shifts.map(\.relativeEntropy).max() ?? 0 }
        let flagged = worst.count { $0 >= threshold }
        var scores: [(name: String, values: [Double])] = [("relative entropy", worst)]
        if calibration != nil {
            let calibrated = zip(worst, known).map { worst, query in
                let random = query.placebos.map(\.relativeEntropy)
                return worst - (random.isEmpty ? 0 : random.reduce(0, +) / Double(random.count))
            }
            scores.append(("calibrated", calibrated))
            scores.append(("random facts", known.map { $0.placebos.map(\.relativeEntropy).max() ?? 0 }))
        }
        scores += [
            ("perplexity", known.map(\.answerLoss)),
            ("entropy", known.map(\.belief.entropy)),
            ("1 − max P", known.map { 1 - ($0.belief.probabilities.max() ?? 0) }),
        ]
        let detectors = scores.map { Detector($0.name, $0.values, flagging: flagged, wrong: wrong) }
        var generator = SeededGenerator(seed: seed, stream: -1)
        func chance() -> Detector {
            let values = known.map { _ in Double.random(in: 0..<1, using: &generator) }
            return Detector("random", values, flagging: flagged, wrong: wrong)
        }
        let weights = (0..<resamples).map {
            drawnCounts(known.count, seed: seed, resample: $0).map(Double.init)
        }
        // Chance is drawn anew in every resample; its own values are the means.
        let drawn = weights.map { weights in (detectors + [chance()]).map { $0.quality(weights) } }
        let mean = (0..<4).map { part in
            let values = drawn.compactMap { $0[detectors.count][part] }
            return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
        }
        let own = detectors.map { $0.quality(known.map { _ in 1 }) } + [mean]
        return DiagnosisCheck(
            queries: known.count, wrong: wrong.count { $0 }, flagged: flagged,
            detectors: own.indices.map { index in
                func estimate(from least: Double = 0, _ value: ([[Double?]]) -> Double?) -> Estimate {
                    biasCorrected(
                        value(own), drawn.map(value), examples: known.count, within: least...1, isRough: true)
                }
                func part(_ place: Int) -> Estimate { estimate { $0[index][place] } }
                return DetectorQuality(
                    name: index < detectors.count ? detectors[index].name : "random", precision: part(0),
                    recall: part(1), f1: part(2),
                    auroc: part(3),
                    aurocGain: estimate(from: -1) { all in
                        all[index][3].flatMap { own in all[0][3].map { own - $0 } }
                    })
            }, helpful: helpful(known, weights))
    }

    private func helpful(_ known: [DiagnosedQuery], _ weights: [[Double]]) -> Estimate {
        let counts = known.map { query in
            let strong = query.shifts.filter { $0.relativeEntropy >= threshold }
            let helping = strong.count { shift in
                query.answer.map { shift.with.logProbabilities[$0] > shift.without.logProbabilities[$0] }
                    ?? false
            }
            return (strong: Double(strong.count), helping: Double(helping))
        }
        func share(_ weights: [Double]) -> Double? {
            let all = zip(weights, counts).reduce(0) { $0 + $1.0 * $1.1.strong }
            return all == 0 ? nil : zip(weights, counts).reduce(0) { $0 + $1.0 * $1.1.helping } / all
        }
        return biasCorrected(
            share(known.map { _ in 1 }), weights.map(share), examples: known.count, within: 0...1)
    }
}

/// A score of queries, the queries that it flags, and which of all are answered wrongly.
private struct Detector {
    let name: String
    let flags: [Bool]
    let wrong: [Bool]
    let curve: AreaUnderCurve

    init(_ name: String, _ scores: [Double], flagging count: Int, wrong: [Bool]) {
        (self.name, self.wrong) = (name, wrong)
        let ascending = scores.indices.sorted { (scores[$0], $0) < (scores[$1], $1) }
        let highest = Set(ascending.suffix(count))
        flags = scores.indices.map(highest.contains)
        curve = AreaUnderCurve(scores, isPositive: wrong)
    }

    /// Precision, recall, F1 and AUROC where each query counts as often as its weight says; nil where undefined.
    func quality(_ weights: [Double]) -> [Double?] {
        func sum(_ isCounted: (Int) -> Bool) -> Double {
            weights.indices.reduce(0) { isCounted($1) ? $0 + weights[$1] : $0 }
        }
        let (hits, flagged) = (sum { flags[$0] && wrong[$0] }, sum { flags[$0] })
        let bad = sum { wrong[$0] }
        return [
            flagged > 0 ? hits / flagged : nil, bad > 0 ? hits / bad : nil,
            flagged + bad > 0 ? 2 * hits / (flagged + bad) : nil,
            curve.value(weights: weights),
        ]
    }
}
