import Evaluation
import Examples
import Records
import Statistics
import Transformers

/// Examples that a run is watched by and not trained on.
enum HeldOut: Sendable {
    /// Nothing is watched.
    case none
    /// Multiple-choice questions.
    case choices([EncodedQuestion])
    /// Questions whose answers the model writes, up to one of these tokens.
    case answers([AnswerableQuestion], AnswerExtraction, ends: Set<Int32>)
    /// Pairs of which the chosen answer is to be the more likely one.
    case pairs([EncodedPreference])
    /// Examples whose loss alone is watched.
    case examples([EncodedExample])

    /// Opens the file of a run's held-out data, and says how it is looked at.
    init(_ plan: TrainingPlan, _ open: OpenModel, _ observer: RunObserver) throws {
        let (wanted, computing) = (plan.evaluation, plan.computing)
        guard let path = wanted.data else {
            self = .none
            return
        }
        var reading = plan.reading
        reading.limit = wanted.limit
        if try holdsChoices(at: path) {
            self = .choices(try reading.questions(of: path, open, computing, observer))
            return
        }
        if try holdsPreferences(at: path) {
            self = .pairs(try reading.pairs(of: path, open, computing, observer).pairs)
            return
        }
        let records = try readExamples(at: path, reading.reading).records
        let hasAnswers = records.allSatisfy { $0.content.answer?.contains("####") ?? false }
        guard wanted.tokens > 0, hasAnswers || wanted.extract != nil else {
            self = .examples(try reading.open(path, open, computing, observer).examples)
            return
        }
        let (questions, extraction) = try reading.answerable(
            of: path, open, computing, observer, extraction: wanted.extract, maxTokens: wanted.tokens)
        self = .answers(questions, extraction, ends: try open.ends(remark: observer.remark))
    }

    /// How a model does on them after a step; nil where nothing is watched.
    func evaluated(
        _ model: Decoder, _ open: OpenModel, step: Int, maxTokens: Int, _ computing: Computing
    ) async -> HeldOutLine? {
        let (packTokens, workers) = (computing.packTokens, computing.workers)
        switch self {
        case .none: return nil
        case .examples(let examples):
            let means = await meanLosses(of: model, on: examples, computing)
            return HeldOutLine(step: step, Mean(means), nil, losses: means)
        case .choices(let questions):
            let outcomes = await multipleChoice(
                of: model, on: questions, packTokens: packTokens, workers: workers)
            let summary = ChoiceSummary(outcomes)
            return HeldOutLine(
                step: step, summary.answerLoss, summary.correct[.none],
                losses: outcomes.map(\.answerLoss))
        case .pairs(let pairs):
            let outcomes = await preferences(
                of: model, on: pairs, packTokens: packTokens, workers: workers)
            let summary = PreferenceSummary(outcomes)
            return HeldOutLine(
                step: step, summary.chosenLoss, summary.bySum, losses: outcomes.map(\.chosenLoss),
                margin: summary.margin.value)
        case .answers(let questions, let extraction, let ends):
            let outcomes = await exactMatch(
                of: model, on: questions, tokenizer: open.tokenizer, ends: ends, extraction: extraction,
                maxTokens: maxTokens, together: 8, packTokens: packTokens, workers: workers)
            let summary = MatchSummary(outcomes)
            return HeldOutLine(
                step: step, summary.referenceLoss, summary.correct,
                losses: outcomes.map(\.referenceLoss))
        }
    }
}

/// The mean loss of each example's supervised tokens, in nats: [example].
func meanLosses(
    of model: Decoder, on examples: [EncodedExample], _ computing: Computing
) async -> [Double] {
    await model.tokenLosses(
        of: examples.map(\.sequence), packTokens: computing.packTokens, workers: computing.workers
    ).map { $0.reduce(0.0) { $0 + Double($1) } / Double($0.count) }
}
