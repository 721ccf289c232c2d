import Statistics
import ArgumentParser
import Examples
import Records
import Reports
import Runs
import Transformers

/// `score`: the loss of each example.
struct Score: AsyncParsableCommand, ComputingCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the loss of each example's answer, one JSON line per example.",
        discussion: """
            nll is the mean of −log p over the supervised tokens, in nats. kl, with --divergence, is the mean over them of \
            KL(p of the other state ‖ p), in nats a token: how far training moved what is predicted.

            Example: sft-probe score --model smollm2-135m --data examples.jsonl
            """)

    @OptionGroup var model: ModelOption
    @OptionGroup var data: DataOptions
    @OptionGroup(title: "Computing") var options: RunOptions
    @Flag(help: "Add token_nll, the loss of each supervised token.") var tokens = false
    @Option(
        help: ArgumentHelp(
            "Add kl, the divergence from another state of the model: base (without adapter) or an adapter's folder (default: none).",
            valueName: "base|ADAPTER"),
        completion: .file())
    var divergence: String?
    @Option(help: "File to write to (default: standard output).", completion: .file()) var output: String?
    @OptionGroup(title: "General") var config: ConfigOption

    private struct Line: Encodable {
        let id: String
        let nll: Float
        let tokens: Int
        let token_nll: [Float]?
        let kl: Float?
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
        let divergences = try await divergences(of: open, on: examples.map(\.sequence))
        for (place, (example, losses)) in zip(examples, losses).enumerated() {
            let nll = mean(losses)
            guard nll.isFinite else {
                throw UnusableData(
                    description:
                        "\(data.data), line \(example.line) (id \(example.id)): its loss is \(nll); check the "
                        + "model's weights with `sft-probe verify`.")
            }
            let line = Line(
                id: example.id, nll: Float(nll), tokens: losses.count, token_nll: tokens ? losses : nil,
                kl: divergences.map { Float(mean($0[place])) })
            if let writer { try writer.write(line) } else { print(try jsonLine(line)) }
        }
        try writer?.finish()
        if let divergences {
            let middle = Mean(divergences.map { mean($0) })
            options.remark(
                "mean divergence from \(self.divergence ?? ""): \(significant(middle.value)) ± "
                    + "\(significant(middle.standardError)) nats a token")
        }
    }

    /// How far each prediction lies from that of another state; nil unless that was asked for.
    private func divergences(of open: OpenModel, on sequences: [TokenSequence]) async throws -> [[Float]]? {
        guard let divergence else { return nil }
        let start = try OpenModel(
            name: model.model, adapter: divergence == "base" ? nil : divergence, warn: { _ in }
        ).decoder
        guard start.vocabulary == open.decoder.vocabulary else {
            throw UnusableData(
                description:
                    "\(model.adapter ?? "") has tokens of its own, so what it predicts cannot be compared with "
                    + "\(model.model); leave out --divergence.")
        }
        let report = ProgressReport("divergence", total: sequences.count, options)
        let found = await open.decoder.divergences(
            from: start, of: sequences, packTokens: options.forwardPackTokens, workers: options.workers
        ) { report.advance(examples: $0, tokens: $1) }
        report.finish()
        return found
    }
}
