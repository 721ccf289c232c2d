import ArgumentParser
import Evaluation
import Examples
import Records
import Transformers

/// Examples that a run is watched by and not trained on.
enum HeldOut {
    /// Nothing is watched.
    case none
    /// Multiple-choice questions.
    case choices([EncodedQuestion])
    /// Questions whose answers the model writes, up to one of these tokens.
    case answers([AnswerableQuestion], AnswerExtraction, ends: Set<Int32>)
    /// Examples whose loss alone is watched.
    case examples([EncodedExample])

    /// Opens the file of a run's --evaluate-data, and says how it is looked at.
    init(_ flags: Train, _ open: OpenModel) throws {
        guard let path = flags.evaluateData else {
            self = .none
            return
        }
        let data = try DataOptions.parse(
            ["--data", path] + (flags.evaluateLimit.map { ["--limit", "\($0)"] } ?? [])
                + (flags.reading.skipBadLines ? ["--skip-bad-lines"] : [])
                + (flags.reading.ignoreFields.map { ["--ignore-fields", $0] } ?? []))
        if try holdsChoices(at: path) {
            self = .choices(try data.questions(open, flags.options))
            return
        }
        let records = try readExamples(at: path, data.reading.reading).records
        let hasAnswers = records.allSatisfy { $0.content.answer?.contains("####") ?? false }
        guard flags.evaluateTokens > 0, hasAnswers || flags.evaluateExtract != nil else {
            self = .examples(try data.open(open, flags.options).examples)
            return
        }
        let (questions, extraction) = try data.answerable(
            open, flags.options, extraction: flags.evaluateExtract, maxTokens: flags.evaluateTokens)
        self = .answers(questions, extraction, ends: try open.ends(remark: flags.options.remark))
    }

    /// How a model does on them after a step; nil where nothing is watched.
    func evaluated(
        _ model: Decoder, _ open: OpenModel, step: Int, _ flags: Train
    ) async -> EvaluationLine? {
        let options = flags.options
        switch self {
        case .none: return nil
        case .examples(let examples):
            let losses = await model.tokenLosses(
                of: examples.map(\.sequence), packTokens: options.packTokens, workers: options.workers)
            let means = losses.map { $0.reduce(0.0) { $0 + Double($1) } / Double($0.count) }
            return EvaluationLine(step: step, Mean(means), nil, losses: means)
        case .choices(let questions):
            let outcomes = await multipleChoice(
                of: model, on: questions, packTokens: options.packTokens, workers: options.workers)
            let summary = ChoiceSummary(outcomes)
            return EvaluationLine(
                step: step, summary.answerLoss, summary.correct[.none],
                losses: outcomes.map(\.answerLoss))
        case .answers(let questions, let extraction, let ends):
            let outcomes = await exactMatch(
                of: model, on: questions, tokenizer: open.tokenizer, ends: ends, extraction: extraction,
                maxTokens: flags.evaluateTokens, together: 8, packTokens: options.packTokens,
                workers: options.workers)
            let summary = MatchSummary(outcomes)
            return EvaluationLine(
                step: step, summary.referenceLoss, summary.correct,
                losses: outcomes.map(\.referenceLoss))
        }
    }
}
