import ArgumentParser
import Examples
import Files
import HeadActivation
import LanguageSubspaces
import LinearProbes
import Records
import Runs
import Transformers

/// `languages probe`
struct LanguagesProbe: AsyncParsableCommand, ComputingCommand, TableCommand {
    static let configuration = CommandConfiguration(
        commandName: "probe",
        abstract: "Read the subspaces of languages in a model's states, layer by layer.",
        discussion: """
            Records have id, lang and text; a state is that of a text's last token. For each layer the file has M_a (what all \
            languages share), M_s (what tells them apart) and delta.<lang> (how each differs from --central in M_s). \
            docs/languages.md says how they are made.

            Example: sft-probe languages probe --model smollm2-135m --data probe.jsonl --output subspaces.safetensors
            """)

    @OptionGroup var model: ModelOption
    @Option(help: "Texts with lang (JSON lines), two or more of each language.", completion: .file())
    var data: String
    @Flag(help: "Make texts what a user says, by the chat template.") var chat = false
    @OptionGroup var reading: DataReading
    @Option(help: "File to write the subspaces to (safetensors).", completion: .file()) var output: String
    @Option(
        help:
            "File to write as many random directions to, with the same geometry of languages: the control of a training (default: none).",
        completion: .file())
    var control: String?
    @Option(
        help:
            "Where: all, final (after the last norm), or numbers with commas, from 0 (what enters the first block)."
    )
    var layers = "all"
    @Option(help: "The language from which others are measured.") var central = "en"
    @Option(help: "Directions of the specific subspace (default: languages − 1).") var rank: Int?
    @Flag(help: "Print JSON.") var json = false
    @OptionGroup(title: "Computing") var options: RunOptions
    @OptionGroup(title: "General") var tables: TableOptions
    @OptionGroup(title: "General") var config: ConfigOption

    func validate() throws {
        _ = try subspacePlaces(layers)
        if let rank, rank < 1 { throw ValidationError("--rank is \(rank), but must be at least 1.") }
    }

    func run() async throws {
        try prepare(
            outputs: [NamedPath("--output", output)] + named("--control", control),
            reading: model.inputs + named("--data", data))
        let open = try OpenModel(model)
        let count = open.decoder.layers
        let places = try subspacePlaces(layers, layers: count) ?? (0...count).map { .layer($0) } + [.final]
        options.begin()
        let texts = try reading.plan.texts(
            of: data, open, options.computing, options.observer, asChat: chat)
        if let text = texts.first(where: { $0.record.language == nil }) {
            throw UnusableData(
                description:
                    "\(data), line \(text.record.line) (id \(text.record.id)): it has no \"lang\", the language of its text."
            )
        }
        let report = ProgressReport("states", total: texts.count, options)
        let states = await states(
            of: open.decoder, on: texts.map(\.ids),
            texts: texts.map { States.Text(id: $0.record.id, language: $0.record.language) },
            sites: places.contains { $0 != .final } ? [.residual] : [],
            layers: Set(places.map { if case .layer(let layer) = $0 { layer } else { count } }),
            packTokens: options.forwardPackTokens, workers: options.workers
        ) { report.advance(examples: $0, tokens: $1) }
        report.finish()
        let found = try subspaces(of: states, places, try origin(open))
        try found.write(to: output)
        if let control { try found.random(seed: options.seed).write(to: control) }
        print(json ? try jsonText(SubspacesJSON(found)) : subspacesText(found))
        if !json { print("\(output): \(found.places.count) places. Next: \(next(found, open))") }
    }

    private func subspaces(
        of states: States, _ places: [SubspacePlace], _ origin: [String: String]
    ) throws -> Subspaces {
        do throws(LanguagesError) {
            let found = try Subspaces(
                of: states, at: places, central: central, rank: rank, origin: origin, seed: options.seed)
            if !found.leftOut.isEmpty {
                options.remark(
                    "left out, because the languages' means differ there in fewer than \(found.rank) directions: layer "
                        + "\(found.leftOut.map { "\($0)" }.joined(separator: ", ")) (at 0 a text's state is its last token alone)"
                )
            }
            if found.languages.count == 2 {
                options.remark(
                    "of two languages the subspace is one direction, which holds whatever else differs between their texts: topics, "
                        + "lengths, ends")
            }
            return found
        } catch { throw UnusableData(description: "\(data): \(error).") }
    }

    private func origin(_ open: OpenModel) throws -> [String: String] {
        let made = try Provenance(of: open, on: data, dataSHA256: sha256(ofData: data), options.computing)
        let all: [String: String?] = [
            "model": made.model, "model_sha256": made.modelSHA256, "adapter": made.adapter,
            "adapter_sha256": made.adapterSHA256, "data": made.data, "data_sha256": made.dataSHA256,
            "precision": made.precision, "tool_version": made.toolVersion, "created": made.created,
            "chat": chat ? "true" : nil, "template_date": chat ? open.templateDate(options.computing) : nil,
        ]
        return all.compactMapValues(\.self)
    }

    private func next(_ found: Subspaces, _ open: OpenModel) -> String {
        "sft-probe languages train --model \(model.model) --subspaces \(output) --data parallel.jsonl"
            + (chat ? " --chat" : "") + " --lora-rank 16 --output run"
    }
}
