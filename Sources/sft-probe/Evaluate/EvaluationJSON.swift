import Evaluation
import Runs
import Statistics

/// An evaluation as `--json` prints it.
struct EvaluationJSON: Encodable {
    struct Accuracy: Encodable {
        let metric: String
        let value, low, high: Double
        let correct, total: Int
        let ties: Int?
    }

    struct Figure: Encodable {
        let mean: Double
        let standard_error: Double?

        init(_ mean: Mean) {
            self.mean = mean.value
            standard_error = mean.standardError.isFinite ? mean.standardError : nil
        }
    }

    struct Difference: Encodable {
        let metric: String
        let before, now, difference, low, high: Double
        let both, won, lost, neither: Int
        let p: Double
    }

    struct Comparison: Encodable {
        let earlier: String
        let differences: [Difference]
        let only_before, only_now: Int
    }

    let kind, model, data: String
    let adapter, extract: String?
    let accuracies: [Accuracy]
    let chance: Double?
    let majority: Double?
    let nll: Figure
    let margin: Figure?
    let probability: Figure?
    let comparison: Comparison?
    /// With the precision that was really used.
    let computing: Computing

    init(
        model: String, adapter: String?, data: String, _ run: EvaluationRun,
        _ comparison: EvaluationComparison?,
        _ computing: Computing
    ) {
        self.computing = computing
        (kind, self.model, self.adapter) = (run.kind, model, adapter)
        (self.data, extract) = (data, run.extract)
        accuracies = run.accuracies.map { accuracy in
            Accuracy(
                metric: accuracy.name, value: accuracy.correct.share,
                low: accuracy.correct.interval.lowerBound, high: accuracy.correct.interval.upperBound,
                correct: accuracy.correct.count, total: accuracy.correct.total, ties: accuracy.ties)
        }
        (chance, majority) = (run.chance, run.majority?.share)
        (nll, probability) = (Figure(run.answerLoss), run.answerProbability.map(Figure.init))
        margin = run.margin.map(Figure.init)
        self.comparison = comparison.map { comparison in
            Comparison(
                earlier: comparison.path,
                differences: comparison.metrics.map { name, pairs in
                    Difference(
                        metric: name, before: pairs.before.share, now: pairs.now.share,
                        difference: pairs.difference, low: pairs.interval.lowerBound,
                        high: pairs.interval.upperBound, both: pairs.both, won: pairs.won, lost: pairs.lost,
                        neither: pairs.neither, p: pairs.p)
                },
                only_before: comparison.onlyBefore, only_now: comparison.onlyNow)
        }
    }
}
