import ArgumentParser
import Examples
import Files
import HeadActivation
import LanguageSubspaces
import Records
import Reports
import Runs
import Transformers

/// `languages heads`
struct LanguagesHeads: AsyncParsableCommand, ComputingCommand, TableCommand {
    static let configuration = CommandConfiguration(
        commandName: "heads",
        abstract:
            "Which heads write a language: their writes along its expression, into a file of measurements.",
        discussion: """
            A head's score on a text of language l is its write's part in the expression of l, ⟨write, Δ_l⟩/‖Δ_l‖², less the mean \
            on texts of the central language; above 0 it writes the language. The scores of all heads and feed-forward layers add \
            up to about 1. Each language is a task of the file, so `patterns stats`, `patterns compare` and `report` go on from it.

            Example: sft-probe languages heads --model smollm2-135m --subspaces subspaces.safetensors --data probe.jsonl --output writes.h5
            """)

    @OptionGroup var model: ModelOption
    @Option(help: "Subspaces, as `languages probe` writes them.", completion: .file()) var subspaces: String
    @Option(help: "Texts with lang (JSON lines), as for `languages probe`.", completion: .file()) var data:
        String
    @Flag(help: "Make texts what a user says, by the chat template.") var chat = false
    @OptionGroup var reading: DataReading
    @Option(help: "HDF5 file of measurements to write to.", completion: .file()) var output: String
    @Option(help: "Expressions of which layer: what leaves so many blocks (default: the last).") var layer:
        Int?
    @Option(help: "Label of this state of the model (default: base, or the name of --adapter's folder).")
    var checkpoint: String?
    @Flag(help: "Overwrite existing measurements of the same languages and label.") var replace = false
    @OptionGroup(title: "Computing") var options: RunOptions
    @OptionGroup(title: "General") var tables: TableOptions
    @OptionGroup(title: "General") var config: ConfigOption

    func run() async throws {
        try requireFolder(of: output)
        try prepare(
            measurements: output,
            reading: model.inputs + named("--subspaces", subspaces) + named("--data", data))
        let found = try Subspaces(path: subspaces)
        let open = try OpenModel(model)
        let layer = layer ?? open.decoder.layers
        guard (1...open.decoder.layers).contains(layer) else {
            throw ValidationError(
                "--layer is \(layer), but must lie between 1 and \(open.decoder.layers), the layers of \(open.name)."
            )
        }
        guard let subspace = found[.layer(layer)], subspace.agnostic.count == open.decoder.dModel else {
            throw UnusableData(
                description:
                    "\(subspaces) has no subspace of what leaves layer \(layer) of \(open.name); read it with `sft-probe languages probe "
                    + "--layers \(layer)`.")
        }
        if (found.origin["chat"] != nil) != chat {
            standardError(
                "\(subspaces) was read \(chat ? "without" : "with") --chat, so the parts will not add up to 1; give it to both or to none"
            )
        }
        let file = PatternFile(output)
        let label = checkpoint ?? model.adapter.map(stateLabel(ofFolder:)) ?? "base"
        for language in found.languages where language != found.central {
            try file.requireRoom(task: language, checkpoint: label, replacing: replace)
        }
        options.begin()
        let texts = try reading.plan.texts(of: data, open, options.computing, options.observer, asChat: chat)
        var table = Table([
            .text("lang"), .number("texts"), .number("heads"), .number("feed-forward"), .number("embedding"),
            .number("sum"), .text("heads that write most"),
        ])
        let others = found.languages.filter { $0 != found.central }
        let directions = try others.map { language in
            let direction = subspace.expressions[language] ?? []
            guard direction.contains(where: { $0 != 0 }) else {
                throw UnusableData(
                    description: "\(subspaces): the expression of \(language) at layer \(layer) is 0.")
            }
            return direction
        }
        // The central texts pass once, for all languages.
        let central = try await writes(on: texts, of: found.central, open, directions, layer)
        for (place, language) in others.enumerated() {
            let own = try await writes(on: texts, of: language, open, [directions[place]], layer)
            let writes = Writes(texts.filter { $0.record.language == language }, own[0], less: central[place])
            try file.write(
                try measurement(writes, language, label, open, layer), replacing: replace)
            table.add(row(language, writes, open.decoder.heads))
        }
        print(table.fitted, terminator: "")
        options.remark(
            "\(output): wrote \(found.languages.count - 1) languages as /LANG/\(label). Next: sft-probe patterns stats \(output), or with another "
                + "state's writes in it, sft-probe patterns compare \(output)")
    }

    /// The writes on texts of a language, less their means on texts of the central one.
    private struct Writes {
        let texts: [StateSequence]
        let heads: [[Float]]
        let feedForward, embedding: Double

        init(_ texts: [StateSequence], _ own: HeadWrites, less central: HeadWrites) {
            func mean(_ values: [Float]) -> Double {
                values.reduce(0) { $0 + Double($1) } / Double(values.count)
            }
            let base = central.heads[0].indices.map { head in Float(mean(central.heads.map { $0[head] })) }
            self.texts = texts
            heads = own.heads.map { zip($0, base).map { $0 - $1 } }
            feedForward =
                mean(own.feedForwards.map { $0.reduce(0, +) })
                - mean(central.feedForwards.map { $0.reduce(0, +) })
            embedding = mean(own.embedding) - mean(central.embedding)
        }
    }

    /// What is written on a language's texts along some directions.
    private func writes(
        on texts: [StateSequence], of language: String, _ open: OpenModel, _ directions: [[Double]],
        _ layer: Int
    ) async throws -> [HeadWrites] {
        let own = texts.filter { $0.record.language == language }
        guard !own.isEmpty else {
            throw UnusableData(
                description: "\(data) has no text of \(language), a language of \(subspaces).")
        }
        let report = ProgressReport(language, total: own.count, options)
        let found = await headWrites(
            of: open.decoder, on: own.map(\.ids), along: directions, layers: layer,
            packTokens: options.forwardPackTokens, workers: options.workers
        ) { report.advance(examples: $0, tokens: $1) }
        report.finish()
        return found
    }

    /// A measurement whose scores are writes; heads above `--layer` write nothing that is looked at.
    private func measurement(
        _ writes: Writes, _ language: String, _ label: String, _ open: OpenModel, _ layer: Int
    ) throws -> HeadMeasurement {
        let missing = (open.decoder.layers - layer) * open.decoder.heads
        var provenance = try Provenance(
            of: open, on: data, dataSHA256: sha256(ofData: data), options.computing)
        provenance.method = "language-write"
        provenance.reduction = "example-sum"
        return HeadMeasurement(
            task: language, checkpoint: label, layers: open.decoder.layers, heads: open.decoder.heads,
            signed: writes.heads.flatMap { $0 + [Float](repeating: 0, count: missing) },
            loss: writes.texts.map { _ in 0 }, ids: writes.texts.map(\.record.id),
            tokens: writes.texts.map { Int32($0.ids.count) },
            supervisedTokens: writes.texts.map { _ in 1 }, provenance: provenance)
    }

    private func row(_ language: String, _ writes: Writes, _ heads: Int) -> [String] {
        let count = Double(writes.heads.count)
        let means = writes.heads[0].indices.map { head in
            writes.heads.reduce(0) { $0 + Double($1[head]) } / count
        }
        let top = means.indices.sorted { means[$1] < means[$0] }.prefix(3).map {
            "\($0 / heads).\($0 % heads) \(number(means[$0]))"
        }
        let all = means.reduce(0, +)
        return [
            language, "\(writes.heads.count)", number(all), number(writes.feedForward),
            number(writes.embedding),
            number(all + writes.feedForward + writes.embedding), top.joined(separator: ", "),
        ]
    }
}
