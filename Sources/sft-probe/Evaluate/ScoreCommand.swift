import Statistics
import ArgumentParser
import Examples
import Records
import Runs
import Transformers

/// `score`: the loss of each example.
struct Score: AsyncParsableCommand, ComputingCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the loss of each example's answer, one JSON line per example.",
        discussion: """
            nll is the mean of −log p over the supervised tokens, in nats.

            Example: sft-probe score --model smollm2-135m --data examples.jsonl
            """)

    @OptionGroup var model: ModelOption
    @OptionGroup var data: DataOptions
    @OptionGroup(title: "Computing") var options: RunOptions
    @Flag(help: "Add token_nll, the loss of each supervised token.") var tokens = false
    @Option(help: "File to write to (default: standard output).", completion: .file()) var output: String?
    @OptionGroup(title: "General") var config: ConfigOption

    private struct Line: Encodable {
        let id: String
        let nll: Float
        let tokens: Int
        let token_nll: [Float]?
    }

    func run() async throws {
        try prepare(outputs: named("--output", output), reading: model.inputs + data.inputs)
        let writer = try output.map { try JSONLinesWriter(path: $0) }
        let open = try OpenModel(model)
        options.begin()
        let examples = try data.open(open, options).examples
        let report = ProgressReport("score", total: examples.count, options)
        let losses = await open.decoder.tokenLosses(
            of: examples.map(\.sequence), packTokens: options.forwardPackTokens, workers: options.workers
        ) { report.advance(examples: $0, tokens: $1) }
        report.finish(supervisedTokens: losses.reduce(0) { $0 + $1.count })
        for (example, losses) in zip(examples, losses) {
            let nll = mean(losses)
            guard nll.isFinite else {
                throw UnusableData(
                    description:
                        "\(data.data), line \(example.line) (id \(example.id)): its loss is \(nll); check the "
                        + "model's weights with `sft-probe verify`.")
            }
            let line = Line(
                id: example.id, nll: Float(nll), tokens: losses.count, token_nll: tokens ? losses : nil)
            if let writer { try writer.write(line) } else { print(try jsonLine(line)) }
        }
        try writer?.finish()
    }
}
