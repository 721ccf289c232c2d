import Statistics
import ArgumentParser
import Foundation
import GradAttrib
import HeadActivation
import ModelHub
import Reports
import Runs
import Tokenization
import Transformers

/// `induction`: whether attribution finds the heads of a known mechanism.
struct Induction: AsyncParsableCommand, ComputingCommand, TableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check on induction heads, a known mechanism, whether attribution finds the right heads.",
        discussion: """
            The model reads a random sequence of tokens twice. Induction heads predict the second copy: from a token they \
            attend to the token that followed its first occurrence. A head's induction score is its mean weight on that \
            token; its gate score is the gradient of the loss of the second copy. Gate scores of the loss of the first \
            copy, which cannot be predicted, are the control. Intervals are 95 % bootstrap intervals over sequences.

            Example: sft-probe induction --model smollm2-135m
            """)

    @OptionGroup var model: ModelOption
    @Option(help: "Number of sequences.") var count = 32
    @Option(help: "Length of the repeated sequence, in tokens.") var length = 32
    @Option(help: "Number of top heads to compare and show.") var top = 10
    @Option(help: "Bootstrap resamples (over sequences) for the intervals.") var resamples = 1000
    @Option(
        help: "HDF5 file to add the gate scores of the second copy to (default: none).", completion: .file())
    var output: String?
    @Option(help: "Name of the task under which the measurement is stored.") var task = "induction"
    @Option(
        name: .customLong("checkpoint"),
        help:
            "Label of the model's state in the file: base, step-000050, final, … (default: the name of the folder of --adapter, else base)."
    )
    var givenCheckpoint: String?
    @Flag(help: "Overwrite an existing measurement of the same task and checkpoint.") var replace = false
    @Flag(help: "Print JSON, with the scores of every head.") var json = false
    @OptionGroup(title: "Computing") var options: RunOptions
    @OptionGroup(title: "General") var tables: TableOptions
    @OptionGroup(title: "General") var config: ConfigOption

    func validate() throws {
        for (name, value, range) in [
            ("count", count, 1...100_000), ("length", length, 2...100_000), ("top", top, 1...100_000),
        ] where !range.contains(value) {
            throw ValidationError(
                "--\(name) is \(value), but must lie between \(range.lowerBound) and \(range.upperBound).")
        }
        try requireResamples(resamples)
    }

    /// The label of the measurement.
    private var checkpoint: String {
        givenCheckpoint ?? model.adapter.map(stateLabel(ofFolder:)) ?? "base"
    }

    func run() async throws {
        if let output {
            try requireFolder(of: output)
            try prepare(measurements: output, reading: model.inputs)
            try PatternFile(output).requireRoom(task: task, checkpoint: checkpoint, replacing: replace)
        }
        let open = try OpenModel(model)
        options.begin()
        let tokens = try repeated(open)
        let decoder = open.decoder
        let second = try await scores(decoder, tokens, .second)
        let first = try await scores(decoder, tokens, .first)
        let attention = await inductionScores(
            of: decoder, on: tokens, packTokens: options.packTokens, workers: options.workers)
        let result = InductionResult(
            layers: decoder.layers, heads: decoder.heads, top: min(top, decoder.layers * decoder.heads),
            attention: attention, first: first, second: second, resamples: resamples, seed: options.seed)
        if let output {
            let measurement = try measurement(second, tokens, open)
            try PatternFile(output).write(measurement, replacing: replace)
            options.remark("\(output): wrote /\(task)/\(checkpoint)")
        }
        print(
            json ? try jsonText(InductionJSON(result)) : inductionText(result), terminator: json ? "\n" : "")
    }

    private func repeated(_ open: OpenModel) throws -> RepeatedTokens {
        let prefix = open.tokenizer.encode("")
        let plain = (0..<Int32(open.decoder.vocabulary)).filter { id in
            !open.tokenizer.isSpecial(id) && !open.tokenizer.token(id).isEmpty
        }
        guard plain.count > 1 else {
            throw UnusableData(
                description:
                    "\(model.model) has \(plain.count) tokens that are not special; two or more are needed.")
        }
        let wanted = prefix.count + 2 * length
        guard wanted <= open.decoder.contextLength else {
            throw ValidationError(
                "--length \(length) makes sequences of \(wanted) tokens, but the model's context is "
                    + "\(open.decoder.contextLength).")
        }
        return RepeatedTokens(count: count, length: length, from: plain, prefix: prefix, seed: options.seed)
    }

    private func scores(
        _ decoder: Decoder, _ tokens: RepeatedTokens, _ half: RepeatedTokens.Half
    ) async throws -> HeadScores {
        let report = ProgressReport(half == .first ? "first half" : "second half", total: count, options)
        let scores = try await headScores(
            of: decoder, on: tokens.sequences(supervising: half), reduction: .exampleMean,
            packTokens: options.packTokens, workers: options.workers
        ) { report.advance(examples: $0, tokens: $1) }
        report.finish(supervisedTokens: count * (length - 1))
        return scores
    }

    private func measurement(
        _ scores: HeadScores, _ tokens: RepeatedTokens, _ open: OpenModel
    ) throws -> HeadMeasurement {
        let sequences = tokens.sequences(supervising: .second)
        let ids = sequences.map { $0.ids.map { "\($0)" }.joined(separator: " ") }.joined(separator: "\n")
        return HeadMeasurement(
            task: task, checkpoint: checkpoint, layers: open.decoder.layers, heads: open.decoder.heads,
            signed: scores.signed.elements, loss: scores.loss, ids: sequences.indices.map { "\($0 + 1)" },
            tokens: sequences.map { Int32($0.ids.count) },
            supervisedTokens: sequences.map { Int32($0.targetCount) },
            provenance: try Provenance(
                of: open, on: "\(count) sequences of \(length) random tokens, twice (induction)",
                dataSHA256: sha256(of: Data(ids.utf8)), options.computing))
    }
}
