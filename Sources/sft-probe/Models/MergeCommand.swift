import ArgumentParser
import Files
import Foundation
import ModelFiles
import ModelHub
import Runs
import Transformers

/// `merge`: an adapter becomes part of its model.
struct Merge: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Merge a LoRA adapter into the model's weights and write a Hugging Face folder.",
        discussion: """
            The folder holds config.json, the tokenizer's files and model.safetensors (shards with an index above 5 GB). \
            With f32 the merged model computes what model and adapter compute; bf16 and f16 round the weights.

            Example: sft-probe merge --model base --adapter run/final --output merged --dtype bf16
            """)

    @OptionGroup var model: ModelOption
    @Option(help: "Output folder; it must not exist yet.", completion: .file()) var output: String
    @Option(
        help: "Data type of the written weights: f32, bf16 or f16 (default: f32).",
        completion: .list(NumberType.allCases.map { $0.rawValue.lowercased() }),
        transform: numberType(named:))
    var dtype = NumberType.f32
    @Option(
        help: "Folder with the tokenizer's files, needed for a GGUF model (default: the model's own folder).",
        completion: .file())
    var tokenizer: String?
    @Flag(help: "Print no remarks.") var quiet = false
    @OptionGroup(title: "General") var config: ConfigOption

    func run() throws {
        guard let path = model.adapter else {
            throw ValidationError("--adapter is missing: name the folder of the adapter to merge.")
        }
        try requireFolder(of: output)
        try requireRoomForFolder(at: output)
        try OutputLock.hold(output, as: "sft-probe merge")
        let source = try ModelSource(path: resolveModel(model.model))
        let adapter = try AdapterFolder(path: path)
        let brought = try OpenModel.tokenizer(
            of: adapter, besides: OpenModel.tokenizer(model.model), warn: standardError)
        let companions = try companionFiles(
            of: source, tokenizer: tokenizer ?? (brought == nil ? nil : adapter.path))
        let base = try Decoder(source)
        for note in base.notes { standardError("\(source.path): \(note).") }
        let decoder = try adapted(base, by: adapter, warn: standardError).decoder
        try decoder.outgoing(from: source, as: dtype, companions: companions).write(to: output)
        if !quiet {
            standardError(
                "\(output): wrote \(model.model) with \(path) merged, in \(dtype.torchName).")
        }
    }
}

/// The tokenizer's files, and how the model's makers would have it generate.
///
/// - Parameter tokenizer: The folder that `--tokenizer` names; nil for the model's own.
func companionFiles(of source: ModelSource, tokenizer: String?) throws -> [String] {
    var folder: String?
    if case .tokenizerJSON = source.vocabulary { folder = source.path }
    guard let place = tokenizer ?? folder else {
        throw ValidationError(
            "\(source.path) keeps its vocabulary inside; name a folder with its tokenizer.json and "
                + "tokenizer_config.json by --tokenizer, such as that of the model it was made from.")
    }
    let found = tokenizerFiles(in: place)
    guard !found.isEmpty else {
        throw ModelFileError.missing(
            path: "\(place)/tokenizer.json",
            advice: "name a folder with the tokenizer's files by --tokenizer")
    }
    return found + (folder.map(generationFiles) ?? [])
}

func numberType(named name: String) throws -> NumberType {
    guard let type = NumberType(rawValue: name.uppercased()) else {
        let names = NumberType.allCases.map { $0.rawValue.lowercased() }.joined(separator: ", ")
        throw ValidationError("--dtype is \(name), but must be one of \(names).")
    }
    return type
}
