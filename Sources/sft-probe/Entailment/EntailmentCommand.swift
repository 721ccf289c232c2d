import ArgumentParser
import Entailment
import Evaluation
import Files
import Foundation
import Records
import Runs
import Statistics

/// `entailment`: does a hypothesis follow from a premise?
struct EntailmentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "entailment",
        abstract: "Score whether a hypothesis follows from a premise, and calibrate the scores.",
        subcommands: [EntailmentScore.self, EntailmentCalibrate.self])
}

/// The pairs of a file; how labels were read is said.
func readPairs(_ path: String, entailmentLabel: String?) throws -> EntailmentFile {
    let file = try EntailmentFile(at: path, entailment: entailmentLabel)
    for note in file.notes { standardError(note) }
    guard !file.pairs.isEmpty else {
        throw UnusableData(description: "\(path) holds no line with a premise and a hypothesis.")
    }
    return file
}

/// `entailment score`
struct EntailmentScore: AsyncParsableCommand, ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "score",
        abstract: "Print the probability that each premise entails its hypothesis, one JSON line per pair.",
        discussion: """
            Each line of PAIRS is {"premise": "…", "hypothesis": "…"}, with an optional "label": true or false, the name \
            of a class (entailment, neutral, contradiction, not_entailment) or a number of GLUE (0 entailment, 1 neutral, \
            2 contradiction). Where labels are there, the area under the ROC curve and the accuracy follow, with 95 % \
            intervals. docs/entailment.md says how far each form can be trusted.

            Example: sft-probe entailment score pairs.jsonl --entailment encoder --entailment-model nli-folder
            """)

    @Argument(help: "Lines with premise and hypothesis.", completion: .file()) var pairs: String
    @OptionGroup(title: "Entailment") var scorer: EntailmentOptions
    @Option(
        help:
            "The label that means entailment (default: by the rules above; needed where labels are 0 and 1).")
    var entailmentLabel: String?
    @Option(help: "File to write the lines to (default: standard output).", completion: .file()) var output:
        String?
    @Flag(help: "Print the summary as JSON; takes --output.") var json = false
    @OptionGroup(title: "Teacher") var teacher: TeacherOptions
    @OptionGroup(title: "Computing") var options: RunOptions
    @OptionGroup(title: "General") var config: ConfigOption

    private struct Line: Encodable {
        let premise, hypothesis: String
        let p: Double
        let entailed: Bool
        let label: Bool?
        let entailment: EntailmentSource
    }

    func validate() throws {
        try scorer.check(teacher)
        if json && output == nil { throw ValidationError("--json takes --output, where the lines go.") }
    }

    func run() async throws {
        try prepare(
            outputs: named("--output", output) + scorer.outputs(teacher),
            reading: named("the pairs", pairs) + scorer.inputs(teacher))
        let writer = try output.map { try JSONLinesWriter(path: $0) }
        let file = try readPairs(pairs, entailmentLabel: entailmentLabel)
        let scorer = try self.scorer.open(teacher, options)
        let report = ProgressReport("entailment", total: file.pairs.count, options)
        let scores = try await scorer.scores(of: file.pairs.map(\.pair)) {
            report.advance(examples: $0, tokens: 0)
        }
        let (found, source) = (scores.probabilities, scores.source)
        report.finish()
        for (line, p) in zip(file.pairs, found) {
            let record = Line(
                premise: line.pair.premise, hypothesis: line.pair.hypothesis, p: p,
                entailed: p >= source.threshold, label: line.isEntailed, entailment: source)
            if let writer { try writer.write(record) } else { print(try jsonLine(record)) }
        }
        try writer?.finish()
        let known = zip(file.pairs, found).compactMap { line, p in line.isEntailed.map { (p, $0) } }
        let quality =
            known.isEmpty
            ? nil
            : EntailmentQuality(
                known.map(\.0), isEntailed: known.map(\.1), threshold: source.threshold,
                seed: options.seed)
        let summary = EntailmentSummary(source, pairs: found.count, quality)
        if json {
            print(try jsonLine(summary))
        } else if output == nil {
            options.remark(summary.text)
        } else {
            print(summary.text)
        }
    }
}

/// `entailment calibrate`
struct EntailmentCalibrate: AsyncParsableCommand, ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibrate",
        abstract: "Fit a scorer's probabilities to labelled pairs.",
        discussion: """
            platt fits slope and intercept of the log-odds by maximum likelihood (Platt 1999); threshold shifts them so \
            that 0.5 lies at the best balanced accuracy. Neither changes the order of pairs, nor the area under the ROC \
            curve. Calibrate on pairs like those that are to be judged, and on others than those that are reported on.

            Example: sft-probe entailment calibrate labelled.jsonl --entailment model --entailment-model smollm2-135m \
            --output calibration.json
            Then: sft-probe entailment score pairs.jsonl --entailment model --entailment-model smollm2-135m \
            --entailment-calibration calibration.json
            """)

    @Argument(help: "Lines with premise, hypothesis and label.", completion: .file()) var pairs: String
    @OptionGroup(title: "Entailment") var scorer: EntailmentOptions
    @Option(
        help: "The label that means entailment (default: by its name; needed where labels are 0 and 1).")
    var entailmentLabel: String?
    @Option(
        help: "What is fitted: platt (slope and intercept) or threshold (intercept) (default: platt).",
        completion: .names(of: EntailmentCalibration.Method.self),
        transform: oneOf(EntailmentCalibration.Method.self, for: "--method"))
    var method = EntailmentCalibration.Method.platt
    @Option(help: "File to write the calibration to, as JSON.", completion: .file()) var output: String
    @OptionGroup(title: "Teacher") var teacher: TeacherOptions
    @OptionGroup(title: "Computing") var options: RunOptions
    @OptionGroup(title: "General") var config: ConfigOption

    func validate() throws {
        try scorer.check(teacher)
        if scorer.entailmentCalibration != nil {
            throw ValidationError(
                "--entailment-calibration is read by `entailment score`; a calibration is not calibrated.")
        }
    }

    func run() async throws {
        try prepare(
            outputs: named("--output", output) + scorer.outputs(teacher),
            reading: named("the pairs", pairs) + scorer.inputs(teacher))
        let known = try readPairs(pairs, entailmentLabel: entailmentLabel).labelled
        guard known.isEntailed.contains(true), known.isEntailed.contains(false) else {
            throw EntailmentError.oneKind(path: pairs)
        }
        let scorer = try self.scorer.open(teacher, options, takesDigest: true)
        let report = ProgressReport("entailment", total: known.pairs.count, options)
        let scores = try await scorer.scores(of: known.pairs) {
            report.advance(examples: $0, tokens: 0)
        }
        let (found, source) = (scores.probabilities, scores.source)
        report.finish()
        guard
            let calibration = EntailmentCalibration(
                method, of: source, found, isEntailed: known.isEntailed, seed: options.seed)
        else { throw EntailmentError.oneKind(path: pairs) }
        let text = try jsonText(calibration) + "\n"
        try writeWholeFile(Array(text.utf8), to: output)
        func quality(_ p: [Double], _ threshold: Double) -> EntailmentQuality {
            EntailmentQuality(p, isEntailed: known.isEntailed, threshold: threshold, seed: options.seed)
        }
        let before = quality(found, source.threshold)
        let after = quality(found.map(calibration.calibrated), 0.5)
        print(EntailmentSummary(source, pairs: found.count, before).text)
        print(
            "\(output): p = σ(\(shown(calibration.parameters.slope)) · log-odds + "
                + "\(shown(calibration.parameters.intercept))), by \(method.rawValue). On these pairs "
                + "\(asPercent(after.accuracy.share)) are right, and \(asPercent(after.called.share)) called entailed."
        )
    }

    private func shown(_ x: Double) -> String { String(format: "%.4g", x) }
}

func asPercent(_ share: Double) -> String { String(format: "%.1f %%", 100 * share) }
