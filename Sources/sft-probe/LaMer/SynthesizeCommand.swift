import ArgumentParser
import Examples
import Foundation
import LaMerCurriculum
import Records
import Runs
import Teachers

/// `synthesize`: training examples for what the model lacks.
struct Synthesize: AsyncParsableCommand, ComputingCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write training examples (repair examples) for the deficiencies that `diagnose` found.",
        discussion: """
            The default teacher fills templates with the fact, the query and the model's own answer when it is given the \
            fact: no network, no labels, little variety. Other teachers write new problems that need the fact: an \
            OpenAI-compatible endpoint, the model itself, or a replay of earlier replies. Replies are saved as they \
            arrive, so a stopped run is resumed without paying for a reply twice.

            Example: sft-probe synthesize diagnosis.jsonl --output repair.jsonl
            Example: OPENAI_API_KEY=… sft-probe synthesize diagnosis.jsonl --output repair.jsonl --teacher endpoint \
            --teacher-url https://api.openai.com/v1 --teacher-model gpt-4o-mini
            """)

    @Argument(help: "Pairs written by `diagnose`.", completion: .file()) var pairs: String
    @Option(help: "File to write the examples to, as JSON lines.", completion: .file()) var output: String
    @Option(
        help: "File to write rejected replies to, with reasons (default: beside --output, .rejects.jsonl).",
        completion: .file())
    var rejects: String?
    @Option(
        help:
            "Total number of examples, distributed by relative entropy (default: 1 to 4 per pair, by its band)."
    )
    var total: Int?
    @Option(help: "Maximum number of examples per fact; facts that say nearly the same count as one.")
    var cap = 12
    @Option(help: "Another name of --teacher-model for --teacher model (default: none).", completion: .file())
    var model: String?
    @Flag(help: "Skip the check that the teacher, asked again, gives the same answer to its problem.")
    var noCheck = false
    @OptionGroup(title: "Teacher") var teacher: TeacherOptions
    @OptionGroup(title: "Computing") var options: RunOptions
    @OptionGroup(title: "General") var config: ConfigOption

    func validate() throws {
        if let total, total < 1 { throw ValidationError("--total is \(total), but must be at least 1.") }
        guard cap >= 1 else { throw ValidationError("--cap is \(cap), but must be at least 1.") }
        try teacher.check(kind, model: model)
    }

    /// Templates where no teacher is named.
    private var kind: TeacherKind { teacher.teacher ?? .template }

    func run() async throws {
        let rejectsPath = rejects ?? output + ".rejects.jsonl"
        try prepare(
            outputs: named("--output", output) + named("--rejects", rejectsPath) + teacher.outputs(kind),
            reading: named("the pairs", pairs) + teacher.inputs(kind, model: model))
        let writer = try JSONLinesWriter(path: output)
        let rejectWriter = try JSONLinesWriter(path: rejectsPath)
        let found = try DiagnosisLine.all(at: pairs)
        let quota = total.map { Quota.proportional(total: $0) } ?? .band
        let counts = quota.counts(found, cap: cap)
        guard counts.contains(where: { $0 > 0 }) else {
            throw UnusableData(
                description:
                    "\(pairs) holds no pair at or above the threshold; there is nothing to make examples for."
            )
        }
        let synthesis = try await make(found, counts)
        for example in synthesis.examples { try writer.write(example) }
        for reject in synthesis.rejects { try rejectWriter.write(reject) }
        try writer.finish()
        try rejectWriter.finish()
        print(
            "\(output): \(synthesis.examples.count) examples of \(counts.reduce(0, +)) wanted for "
                + "\(counts.count { $0 > 0 }) pairs; \(synthesis.rejects.count) not used (\(rejectsPath))")
        options.remark("Next: sft-probe schedule \(output) --output curriculum")
    }

    private func make(_ pairs: [DiagnosisLine], _ counts: [Int]) async throws -> Synthesis {
        guard let made = try teacher.open(kind, model: model, options) else {
            options.remark("templates: no teacher was named")
            var synthesis = Synthesis()
            synthesis.examples = pairs.indices.flatMap { place in
                templateExamples(for: pairs[place], count: counts[place], number: place)
            }
            return synthesis
        }
        let report = ProgressReport("synthesize", total: counts.count { $0 > 0 }, options)
        let synthesis = try await synthesize(
            pairs, counts: counts, teacher: made, checksAnswers: !noCheck, parallel: teacher.concurrency,
            seed: options.seed
        ) { report.advance(examples: $0, tokens: 0) }
        report.finish()
        return synthesis
    }
}
