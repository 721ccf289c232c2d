import ArgumentParser
import Evaluation
import Examples
import Records
import Runs
import Transformers

/// `evaluate`: how often a model's answers are right.
struct Evaluate: AsyncParsableCommand, ComputingCommand, TableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Measure a model's accuracy with confidence intervals: multiple choice, preferences or exact match.",
        discussion: """
            Records with options or choices are multiple-choice questions, scored by log-likelihood: \
            {"prompt" | "query" | "question", "options" | "choices": [..], "answer": index from 0 | letter | text}. \
            acc chooses the option with the largest sum of log p; acc_norm, acc_bytes and acc_tokens divide that sum by the \
            option's characters, bytes or tokens. A "prompt" is followed by the option as it is; a "query" or "question" \
            is a user message and the option the assistant's.

            Records with chosen and rejected are preferences: {"prompt", "chosen", "rejected"}, strings or lists of messages. acc \
            is the share of pairs whose chosen answer has the larger sum of log p, acc_tokens that of the larger mean per token.

            For other records the last answer is the reference: the model generates its own answer greedily, and what \
            --extract finds in both is compared. 50, $50.00 and 50. are the same number.

            --compare reads an earlier --output for the same data and reports which answers changed (exact McNemar test).

            Example: sft-probe evaluate --model smollm2-135m --data questions.jsonl --output base.jsonl
            """)

    @OptionGroup var model: ModelOption
    @OptionGroup var data: DataOptions
    @OptionGroup(title: "Computing") var options: RunOptions
    @Option(
        help: ArgumentHelp(
            "How the answer is found in a text: hash (after ####), last-number, regex=PATTERN (its first group) or none "
                + "(the whole text). Default: hash where every reference has ####, else none.",
            valueName: "hash|last-number|regex=…|none"),
        completion: .list(["hash", "last-number", "none"]), transform: answerExtraction)
    var extract: AnswerExtraction?
    @Option(help: "Maximum number of generated tokens per answer.") var maxTokens = 256
    @Option(help: "Answers that each worker generates together; memory grows with it.") var batchSize = 8
    @Option(help: "File to write one JSON line per example to (default: none).", completion: .file())
    var output: String?
    @Option(
        help: "Earlier --output file, of another model or checkpoint, to compare with (default: none).",
        completion: .file())
    var compare: String?
    @Flag(help: "Print the result as JSON.") var json = false
    @OptionGroup(title: "General") var tables: TableOptions
    @OptionGroup(title: "General") var config: ConfigOption

    func validate() throws {
        guard maxTokens >= 1 else {
            throw ValidationError("--max-tokens is \(maxTokens), but must be at least 1.")
        }
        guard (1...1024).contains(batchSize) else {
            throw ValidationError("--batch-size is \(batchSize), but must lie between 1 and 1024.")
        }
    }

    func run() async throws {
        try prepare(
            outputs: named("--output", output),
            reading: model.inputs + data.inputs + named("--compare", compare))
        let writer = try output.map { try JSONLinesWriter(path: $0) }
        let earlier = try compare.map { try EarlierEvaluation($0) }
        let asksChoices = try holdsChoices(at: data.data)
        let asksPreferences = try !asksChoices && holdsPreferences(at: data.data)
        if asksChoices || asksPreferences, extract != nil {
            let what = asksChoices ? "options to choose from" : "pairs of answers"
            throw ValidationError(
                "--extract is for answers that the model writes, but \(data.data) holds \(what).")
        }
        let open = try OpenModel(model)
        options.begin()
        let run =
            if asksChoices { try await choose(open) } else if asksPreferences { try await prefer(open) } else
            {
                try await write(open)
            }
        for line in run.lines { try writer?.write(line) }
        let comparison = try earlier.map { try EvaluationComparison($0, run.lines) }
        try writer?.finish()
        if json {
            print(
                try jsonLine(
                    EvaluationJSON(
                        model: model.model, adapter: model.adapter, data: data.data, run, comparison,
                        options.computing.used(with: open))))
        } else {
            print(run.text, terminator: "")
            if let comparison { print(comparison.text, terminator: "") }
        }
    }

    private func choose(_ open: OpenModel) async throws -> EvaluationRun {
        let questions = try data.reading.plan.questions(
            of: data.data, open, options.computing, options.observer)
        let report = ProgressReport("evaluate", total: questions.count, options)
        let outcomes = await multipleChoice(
            of: open.decoder, on: questions, packTokens: options.packTokens, workers: options.workers
        ) { report.advance(examples: $0, tokens: $1) }
        report.finish()
        if let outcome = outcomes.first(where: { !$0.logLikelihoods.allSatisfy(\.isFinite) }) {
            throw notFinite(outcome.id)
        }
        return EvaluationRun(outcomes)
    }

    private func prefer(_ open: OpenModel) async throws -> EvaluationRun {
        let pairs = try data.reading.plan.pairs(of: data.data, open, options.computing, options.observer)
            .pairs
        let report = ProgressReport("evaluate", total: 2 * pairs.count, options)
        let outcomes = await preferences(
            of: open.decoder, on: pairs, packTokens: options.packTokens, workers: options.workers
        ) { report.advance(examples: $0, tokens: $1) }
        report.finish()
        if let outcome = outcomes.first(where: { !$0.margin.isFinite }) { throw notFinite(outcome.id) }
        return EvaluationRun(outcomes)
    }

    private func write(_ open: OpenModel) async throws -> EvaluationRun {
        guard maxTokens < open.decoder.contextLength else {
            throw ValidationError(
                "--max-tokens is \(maxTokens), but must be less than the model's context of "
                    + "\(open.decoder.contextLength).")
        }
        let (questions, extraction) = try data.reading.plan.answerable(
            of: data.data, open, options.computing, options.observer, extraction: extract,
            maxTokens: maxTokens)
        let report = ProgressReport("evaluate", total: questions.count, options)
        let outcomes = await exactMatch(
            of: open.decoder, on: questions, tokenizer: open.tokenizer,
            ends: try open.ends(remark: options.remark),
            extraction: extraction, maxTokens: maxTokens, together: batchSize, packTokens: options.packTokens,
            workers: options.workers
        ) { report.advance(examples: $0, tokens: $1) }
        report.finish()
        if let outcome = outcomes.first(where: { !$0.referenceLoss.isFinite }) {
            throw notFinite(outcome.id)
        }
        return EvaluationRun(outcomes, extraction, maxTokens: maxTokens)
    }

    private func notFinite(_ id: String) -> UnusableData {
        UnusableData(
            description:
                "\(data.data), id \(id): its log-likelihood is not finite; check the model's weights with "
                + "`sft-probe verify`.")
    }
}

/// What `--extract` names.
func answerExtraction(_ argument: String) throws -> AnswerExtraction {
    let found: AnswerExtraction?
    do { found = try AnswerExtraction(named: argument) } catch {
        throw ValidationError("--extract: the pattern cannot be read: \(error).")
    }
    guard let found else {
        throw ValidationError(
            "--extract is \"\(argument)\"; expected hash, last-number, regex=PATTERN or none.")
    }
    return found
}
