public import ArgumentParser
public import LaMerCurriculum

extension DiagnosisSettings.CandidateSource: ExpressibleByArgument {}

/// Flags about the answers that are compared.
struct CandidateOptions: ParsableArguments {
    @Option(
        name: .customLong("candidates"),
        help:
            "Candidate answers: options (of the records), sampled (by the model without a fact) or union (sampled without and with facts). Default: options where all records have them, else union."
    ) var source: DiagnosisSettings.CandidateSource?
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

    /// Where candidates come from, and how they are sampled.
    func set(_ settings: inout DiagnosisSettings) {
        settings.candidates = source
        (settings.sampling.count, settings.sampling.temperature) = (count, temperature)
        (settings.sampling.topP, settings.sampling.maxTokens) = (topP, maxTokens)
    }
}
