public import ArgumentParser
import Examples
import Files
import Foundation
import Knowledge
public import LaMerCurriculum
import PostgreSQL
import Records
import Runs
import Statistics
import Tokenization
import Transformers

/// What keeps a threshold honest.
enum CalibrationMode: String, ExpressibleByArgument, CaseIterable {
    case placebo, none
}

extension Normalization: ExpressibleByArgument {}
extension BandRule: ExpressibleByArgument {}
extension DiagnosisSettings.Comparison: ExpressibleByArgument {}

/// `diagnose`: finds what the model does not know.
struct Diagnose: AsyncParsableCommand, ComputingCommand, TableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Find knowledge that a model lacks, without labels: facts that change its answers.",
        discussion: """
            Queries are JSON lines {"id","query"} with optional "options" (candidate answers), "facts" and "answer" \
            (used only to check the diagnosis). The candidate answers are scored without a fact (P) and with each fact \
            placed before the query (Q). The relative entropy KL(P ‖ Q), in nats, says how much the fact changes the \
            model's belief. Any sentence changes it somewhat, so random facts of similar length set the threshold.

            Example: sft-probe diagnose --model smollm2-135m --queries queries.jsonl --knowledge facts.db --output diagnosis.jsonl
            """)

    @OptionGroup var model: ModelOption
    @Option(help: "File of queries (JSON lines).", completion: .file()) var queries: String
    @Flag(help: "Skip and list invalid lines, and queries that the chat template refuses.")
    var skipBadLines = false
    @Option(help: "Use only this many queries from the start of the file (default: all).") var limit: Int?
    @Option(
        help:
            "Index of facts for queries without \"facts\": a SQLite file or a postgresql:// address, from `knowledge build` (default: none).",
        completion: .file()
    )
    var knowledge: String?
    @OptionGroup var retrieval: RetrievalOptions
    @OptionGroup var candidates: CandidateOptions
    @Option(
        help:
            "Score of a candidate: sum or mean of its token log-likelihoods (default: sum where all candidates have at most 8 tokens, else mean)."
    )
    var normalize: Normalization?
    @Option(help: "Softmax temperature over candidate scores; above 1 gives flatter beliefs.")
    var scoreTemperature = 1.0
    @Option(
        help:
            "How the threshold is set: placebo (95th percentile of random facts, at least --threshold) or none (--threshold)."
    )
    var calibration = CalibrationMode.placebo
    @Option(help: "Random facts (placebos) per query for the calibration.") var placebos = 3
    @Option(
        help:
            "What P, the belief without the fact, is: nothing (the query alone) or placebo (the query after a random fact, which cancels what any sentence does)."
    ) var without = DiagnosisSettings.Comparison.nothing
    @Option(
        help:
            "Severity bands of the pairs above the threshold: fixed (cuts at 0.4, 0.7 and 1 nats, as in the paper) or quartiles (of RE*, or of RE without calibration)."
    ) var bands = BandRule.fixed
    @Option(help: "Minimum relative entropy of a deficiency, in nats; 0 writes every pair.") var threshold =
        0.1
    @Flag(
        help:
            "Also compare next-token distributions over the whole vocabulary along the first choice (re_tokens, re_by_token); doubles the time."
    ) var tokenLevel = false
    @Option(help: "File to write the (query, fact) pairs to, as JSON lines.", completion: .file()) var output:
        String
    @Option(
        help: "File to write the deficiencies by fact to, worst first, as JSON lines (default: none).",
        completion: .file())
    var deficiencies: String?
    @Flag(help: "Print the summary as JSON.") var json = false
    @OptionGroup(title: "Computing") var options: RunOptions
    @OptionGroup(title: "General") var tables: TableOptions
    @OptionGroup(title: "General") var config: ConfigOption

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit is \(limit), but must be at least 1.") }
        guard scoreTemperature > 0, scoreTemperature.isFinite else {
            throw ValidationError("--score-temperature is \(scoreTemperature), but must be above 0.")
        }
        guard (1...100).contains(placebos) else {
            throw ValidationError("--placebos is \(placebos), but must lie between 1 and 100.")
        }
        guard threshold >= 0, threshold.isFinite else {
            throw ValidationError("--threshold is \(threshold), but must be 0 or more.")
        }
    }

    func run() async throws {
        let isServer = knowledge.map(ServerAddress.isAddress) ?? false
        try prepare(
            outputs: named("--output", output) + named("--deficiencies", deficiencies),
            reading: model.inputs + named("--queries", queries)
                + named("--knowledge", isServer ? nil : knowledge))
        let writer = try JSONLinesWriter(path: output)
        let listWriter = try deficiencies.map { try JSONLinesWriter(path: $0) }
        var asked = try readQueries(at: queries, limit: limit, skippingBadLines: skipBadLines)
        let index = try knowledge.map { (path) throws(KnowledgeError) in try KnowledgeIndex(path: path) }
        let open = try OpenModel(model)
        options.begin()
        let tokenizer = try answerTokenizer(open, options)
        if skipBadLines { asked = rendered(asked, of: queries, by: tokenizer) }
        let told = try await facts(for: limit.map { Array(asked.prefix($0)) } ?? asked, index)
        let scores = try scoreFile(of: open)
        defer { scores?.removeIfEmpty() }
        let found = try await WholeDiagnosis(
            of: told, by: open.decoder, tokenizer, settings,
            otherFacts: { try index?.randomFacts(10_000, seed: options.seed) ?? [] }, scores: scores,
            events: DiagnosisWatch(options).see)
        for line in found.lines(ofAll: threshold == 0, temperature: scoreTemperature) {
            try writer.write(line)
        }
        for deficiency in found.deficiencies { try listWriter?.write(DeficiencyLine(deficiency)) }
        try writer.finish()
        try listWriter?.finish()
        scores?.remove()
        var summary = DiagnosisSummary(
            found.diagnosis, deficiencies: found.deficiencies, layoutNoise: found.layoutNoise,
            check: found.check)
        summary.computing = options.computing(usualPackTokens: options.forwardPackTokens).used(with: open)
        print(json ? try jsonLine(summary) : summary.text)
        options.remark(
            "\(output): wrote the pairs. "
                + (summary.advice ?? "Next: sft-probe synthesize \(output) --output repair.jsonl"))
    }

    /// The flags, as the library takes them.
    private var settings: DiagnosisSettings {
        var settings = DiagnosisSettings()
        candidates.set(&settings)
        (settings.normalization, settings.scoreTemperature) = (normalize, scoreTemperature)
        (settings.isCalibrated, settings.placebos) = (calibration == .placebo, placebos)
        (settings.comparison, settings.threshold, settings.bands) = (without, threshold, bands)
        (settings.comparesTokens, settings.seed) = (tokenLevel, options.seed)
        (settings.samplingPackTokens, settings.packTokens) = (options.packTokens, options.forwardPackTokens)
        settings.workers = options.workers
        return settings
    }

    /// What is known of the scores, beside the output; nil where that is a stream, beside which nothing is put.
    private func scoreFile(of open: OpenModel) throws -> ScoreFile? {
        guard case .file(let end) = try OutputPlace(output) else { return nil }
        let model = "\(try open.digest()) \(try open.adapterDigest() ?? "")"
        let scores = try ScoreFile(path: end + ".part", model: model)
        if scores.count > 0 {
            options.remark("\(scores.count) prompts were scored by a run that was broken off")
        }
        return scores
    }

    /// Each query with its facts: its own, or those retrieved from the index.
    private func facts(for queries: [Query], _ index: KnowledgeIndex?) async throws -> [ToldQuery] {
        func retrieved(_ texts: [String], _ index: KnowledgeIndex) async throws -> [[Fact]] {
            try await retrieval.facts(for: texts, in: index, workers: options.workers).map {
                $0.map { Fact($0.text, similarity: $0.similarity) }
            }
        }
        do {
            return try await toldQueries(
                queries, retrieve: index.map { index in { try await retrieved($0, index) } },
                events: DiagnosisWatch(options).see)
        } catch DiagnosisError.noFacts {
            throw UnusableData(
                description: index == nil
                    ? "\(self.queries) holds no query with \"facts\"; add some to its records, or give --knowledge."
                    : "No query of \(self.queries) has a fact in \(index?.path ?? ""); lower --floor, or use other facts."
            )
        }
    }
}

/// Prints what happens in a diagnosis.
private final class DiagnosisWatch {
    private let options: RunOptions
    private var report: ProgressReport?

    init(_ options: RunOptions) { self.options = options }

    func see(_ event: DiagnosisEvent) {
        switch event {
        case .begins(let name, let total): report = ProgressReport(name, total: total, options)
        case .progress(let items, let tokens): report?.advance(examples: items, tokens: tokens)
        case .ends: report?.finish()
        case .decided(let what): options.remark(what)
        case .warning(let what): standardError(what)
        }
    }
}
