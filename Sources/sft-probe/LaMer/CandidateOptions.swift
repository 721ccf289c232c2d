import ArgumentParser
import Examples
import LaMerCurriculum
import Runs
import Transformers

/// Where candidate answers come from.
enum CandidateSource: String, ExpressibleByArgument, CaseIterable {
    case options, sampled, union
}

/// Flags about the answers that are compared.
struct CandidateOptions: ParsableArguments {
    @Option(
        name: .customLong("candidates"),
        help:
            "Candidate answers: options (of the records), sampled (by the model without a fact) or union (sampled without and with facts). Default: options where all records have them, else union."
    ) var source: CandidateSource?
    @Option(help: "Distinct answers to sample, without a fact and with facts alike.") var count = 2
    @Option(help: "Sampling temperature.") var temperature: Float = 0.8
    @Option(help: "Nucleus sampling: keep the likeliest tokens that together reach this probability.")
    var topP: Float =
        0.95
    @Option(help: "Maximum number of tokens of a sampled answer.") var maxTokens = 48

    func validate() throws {
        guard (1...64).contains(count) else {
            throw ValidationError("--count is \(count), but must lie between 1 and 64.")
        }
        guard temperature > 0, temperature.isFinite, topP > 0, topP <= 1 else {
            throw ValidationError("--temperature must be above 0, and --top-p above 0 and at most 1.")
        }
        guard (1...100_000).contains(maxTokens) else {
            throw ValidationError("--max-tokens is \(maxTokens), but must be at least 1.")
        }
        if source == .sampled && count < 2 {
            throw ValidationError("--count is 1, but answers are compared: sampled takes at least 2.")
        }
    }

    /// Each query's candidates; fewer than two where the model always says the same.
    func candidates(
        for told: [(query: Query, facts: [Fact])], _ model: Decoder, _ tokenizer: AnswerTokenizer,
        _ run: RunOptions
    ) async throws -> [[Candidate]] {
        let withOptions = told.count { $0.query.options != nil }
        let source = self.source ?? (withOptions == told.count ? .options : .union)
        if source == .options, let bare = told.first(where: { $0.query.options == nil }) {
            throw UnusableData(
                description:
                    "Query \(bare.query.id) has no \"options\"; add them, or give --candidates sampled or union."
            )
        }
        if self.source == nil {
            let reason = withOptions == told.count ? "all" : "not all"
            run.remark("candidates: \(source.rawValue), for \(reason) records have options")
        }
        guard source != .options else {
            return told.map { $0.query.options.map { $0.map { Candidate([$0]) } } ?? [] }
        }
        var sampling = Sampling()
        (sampling.count, sampling.temperature, sampling.topP) = (count, temperature, topP)
        (sampling.maxTokens, sampling.seed) = (maxTokens, run.seed)
        let report = ProgressReport("sample", total: told.count * count * (source == .union ? 2 : 1), run)
        let sampled = try await sampledCandidates(
            for: told, by: model, tokenizer, sampling, tellingFacts: source == .union,
            packTokens: run.packTokens,
            workers: run.workers
        ) { report.advance(examples: $0, tokens: $1) }
        report.finish()
        return sampled
    }
}
