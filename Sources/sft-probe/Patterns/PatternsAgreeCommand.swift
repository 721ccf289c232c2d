import Statistics
import ArgumentParser
import HeadActivation
import Reports

/// `patterns agree`
struct PatternsAgree: ParsableCommand, TableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agree",
        abstract: "Show how well attribution methods agree with a reference measurement of the same task.",
        discussion: """
            Compares all checkpoints of the task that hold the same examples with the reference, head by head: correlation \
            of mean signed scores, correlation of mean absolute scores, and share of heads with the same sign, with 95 % \
            intervals of a bootstrap over examples.

            Example: sft-probe patterns agree methods.h5 --task copy --reference ablation-mean
            """)

    @Argument(
        help: "The HDF5 file of measurements, as `attribute` or `train` writes it.", completion: .file())
    var file: String
    @Option(help: "The task whose measurements are compared.") var task: String
    @Option(help: "Checkpoint label of the reference measurement.") var reference: String
    @Option(help: "Bootstrap resamples (over examples) for the intervals.") var resamples = 1000
    @Option(help: "Random seed.") var seed = 0
    @Flag(help: "Print the result as JSON.") var json = false
    @Flag(help: "Print the result as Markdown.") var markdown = false
    @OptionGroup(title: "General") var tables: TableOptions
    @OptionGroup(title: "General") var config: ConfigOption

    func validate() throws { try requireResamples(resamples) }

    private struct Line: Encodable {
        let checkpoint, method, reference: String
        let signed, sizes: AgreementJSON
    }

    func run() throws {
        let source = try PatternReader(PatternFile(file))
        let truth = try source.read(task: task, checkpoint: reference)
        var table = Table([
            .text("checkpoint"), .text("method"), .number("Spearman"), .number("Pearson"),
            .number("same sign"),
            .number("Spearman of sizes"), .number("Pearson of sizes"),
        ])
        var lines: [Line] = []
        for summary in try source.list(task: task, checkpoint: nil) where summary.checkpoint != reference {
            let other = try source.read(summary)
            if let difference = mismatches(
                [truth.summary, summary], in: [.shape, .model, .adapter, .data, .template]
            ).first {
                throw PatternError.mismatch(difference)
            }
            guard other.ids == truth.ids else {
                throw PatternError.insufficient(
                    "\(file): \(task)/\(summary.checkpoint) and \(task)/\(reference) hold other examples; measure both on the same ones."
                )
            }
            func agreement(sizes: Bool) -> Agreement {
                Agreement(
                    other.signed, truth.signed, heads: truth.grid.count, sizes: sizes,
                    resamples: resamples,
                    seed: seed)
            }
            let (signed, sizes) = (agreement(sizes: false), agreement(sizes: true))
            table.add(
                [summary.checkpoint, summary.provenance.method] + agreementCells(signed).dropFirst()
                    + agreementCells(sizes)[1...2])
            lines.append(
                Line(
                    checkpoint: summary.checkpoint, method: summary.provenance.method,
                    reference: truth.provenance.method,
                    signed: AgreementJSON(signed), sizes: AgreementJSON(sizes)))
        }
        if json { return print(try jsonText(lines)) }
        print(markdown ? table.markdown : table.fitted, terminator: "")
    }
}
