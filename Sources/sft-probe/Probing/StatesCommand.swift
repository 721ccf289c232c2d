import ArgumentParser
import Examples
import Foundation
import HDF5
import HeadActivation
import LinearProbes
import ModelHub
import Records
import Runs
import Transformers

/// `states`: hidden states of a model on some texts, into HDF5.
struct StatesCommand: AsyncParsableCommand, ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "states",
        abstract: "Write a model's hidden states on prompts or texts into an HDF5 file.",
        discussion: """
            Records have prompt (a string or messages), messages, or text, and may have label, group and lang. The file \
            has /residual [example, layer, width], /head [example, layer, head, dHead], /mlp [example, layer, width] \
            and /final [example, width].

            Example: sft-probe states --model smollm2-135m --data probes.jsonl --output states.h5
            """)

    @OptionGroup var model: ModelOption
    @Option(help: "The texts (JSON lines).", completion: .file()) var data: String
    @OptionGroup var reading: DataReading
    @Option(help: "The HDF5 file; it must not be there yet.", completion: .file()) var output: String
    @Option(help: "Where to read, separated by commas: residual, head, mlp.") var sites = "residual,head,mlp"
    @Option(help: "Which layers: all, or numbers with commas, from 0 (what enters the first block).")
    var layers = "all"
    @Option(
        help: "Of which tokens: last, mean over all, or all (default: last).",
        completion: .names(of: StatePosition.self), transform: oneOf(StatePosition.self, for: "--position"))
    var position = StatePosition.last
    @OptionGroup(title: "Computing") var options: RunOptions
    @OptionGroup(title: "General") var config: ConfigOption

    func validate() throws { _ = (try chosenSites, try chosenLayers) }

    private var chosenSites: Set<StateSite> {
        get throws {
            Set(try sites.split(separator: ",").map { try oneOf(StateSite.self, for: "--sites")(String($0)) })
        }
    }

    private var chosenLayers: Set<Int>? {
        get throws {
            if layers == "all" { return nil }
            let parts = layers.split(separator: ",")
            let numbers = parts.compactMap { Int($0) }.filter { $0 >= 0 }
            guard numbers.count == parts.count, !numbers.isEmpty else {
                throw ValidationError("--layers is \(layers), but must be all, or numbers such as 0,5,10.")
            }
            return Set(numbers)
        }
    }

    func run() async throws {
        try requireFolder(of: output)
        guard !FileManager.default.fileExists(atPath: output) else {
            throw CannotCreate(path: output, reason: "it is there already.")
        }
        try prepare(measurements: output, reading: model.inputs + named("--data", data))
        let open = try OpenModel(model)
        if let layer = try chosenLayers?.max(), layer > open.decoder.layers {
            throw ValidationError(
                "--layers names \(layer), but \(model.model) has \(open.decoder.layers) layers: 0 to \(open.decoder.layers)."
            )
        }
        options.begin()
        let sequences = try openPrompts(data, reading, open, options)
        let report = ProgressReport("states", total: sequences.count, options)
        let states = await states(
            of: open.decoder, on: sequences.map(\.ids),
            texts: sequences.map {
                States.Text(
                    id: $0.record.id, label: $0.record.label, group: $0.record.group,
                    language: $0.record.language)
            },
            sites: try chosenSites, layers: try chosenLayers, position: position,
            packTokens: options.forwardPackTokens, workers: options.workers
        ) { report.advance(examples: $0, tokens: $1) }
        report.finish()
        try StatesFile(output).write(states, try attributes(open))
        let labelled = sequences.contains { $0.record.label != nil }
        options.remark(
            "\(output): \(sequences.count) texts, layers \(states.layers.first ?? 0) to \(states.layers.last ?? 0)"
                + (labelled ? ". Next: sft-probe probe \(output)" : ""))
    }

    private func attributes(_ open: OpenModel) throws -> [(String, HDF5Attribute)] {
        let made = try Provenance(
            of: open, on: data, dataSHA256: sha256(ofData: data), options.computing)
        let date = open.templateDate(options.computing)
        return [
            ("model", .string(made.model)), ("model_sha256", .string(made.modelSHA256)),
            ("adapter", .string(made.adapter ?? "")),
            ("adapter_sha256", .string(made.adapterSHA256 ?? "")),
            ("data", .string(made.data)), ("data_sha256", .string(made.dataSHA256)),
            ("precision", .string(made.precision)), ("tool_version", .string(made.toolVersion)),
            ("created", .string(made.created)),
        ] + (date.map { [("template_date", .string($0))] } ?? [])
    }
}
