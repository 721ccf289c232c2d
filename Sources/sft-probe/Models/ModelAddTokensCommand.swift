import ArgumentParser
import Files
import Foundation
import Kernels
import ModelFiles
import ModelHub
import Runs
import Tensor
import Tokenization
import Transformers

/// `model add-tokens`: a model with more tokens.
struct ModelAddTokens: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add-tokens", abstract: "Write a model folder with further tokens in its vocabulary.",
        discussion: """
            The new tokens follow the last one. Their rows in the embedding, and in a head of its own, are the mean of the \
            rows there were. Every other weight stays as it was, in the type of the model's embedding.

            Example: sft-probe model add-tokens smollm2-135m --tokens '[GROUNDING],[ANSWER]' --output grown
            """)

    @Argument(
        help: "The model: a Hugging Face folder, a .gguf file, or the name of a pulled model.",
        completion: .file())
    var model: String
    @Option(
        help: "The new tokens: separated by commas, or a file with one on each line.", completion: .file())
    var tokens: String
    @Option(help: "Output folder; it must not exist yet.", completion: .file()) var output: String
    @Flag(help: "Make them special: text shown without special tokens leaves them out.") var special = false
    @Option(
        help: "Folder with the tokenizer's files, needed for a GGUF model (default: the model's own folder).",
        completion: .file())
    var tokenizer: String?
    @Option(
        help:
            "Data type of the written weights: f32, bf16 or f16 (default: the embedding's, f32 if it is quantized).",
        completion: .list(NumberType.allCases.map { $0.rawValue.lowercased() }),
        transform: numberType(named:))
    var dtype: NumberType?
    @OptionGroup(title: "General") var config: ConfigOption

    func run() throws {
        try requireFolder(of: output)
        try requireRoomForFolder(at: output)
        try OutputLock.hold(output, as: "sft-probe model add-tokens")
        let source = try ModelSource(path: resolveModel(model))
        let files = try companionFiles(of: source, tokenizer: tokenizer)
        guard let vocabulary = files.first(where: { $0.hasSuffix("/tokenizer.json") }) else {
            throw ModelFileError.missing(
                path: "\(tokenizer ?? source.path)/tokenizer.json",
                advice: "name a folder with the tokenizer's files by --tokenizer")
        }
        let new = try Tokenizer(tokenizerJSON: vocabulary).newTokens(tokenTexts(tokens), areSpecial: special)
        var decoder = try Decoder(source)
        for note in decoder.notes { standardError("\(source.path): \(note).") }
        let rows = decoder.vocabulary
        let stored = decoder.embeddingFormat
        decoder.addTokens(new.map(\.id))
        var outgoing = try decoder.outgoing(from: source, as: dtype ?? stored, companions: files)
        for file in files {
            outgoing.changed[URL(filePath: file).lastPathComponent] = try tokenizerFile(at: file, adding: new)
        }
        try outgoing.write(to: output)
        for token in new { print("\(token.id)\t\(token.content)") }
        standardError(
            "\(output): wrote \(model) with \(new.count) new tokens; its vocabulary has \(decoder.vocabulary) rows, "
                + "before \(rows).")
    }
}

extension Decoder {
    /// The type in which the embedding is stored, where files can be written in it.
    fileprivate var embeddingFormat: NumberType {
        guard case .stored(let matrix) = embedding else { return .f32 }
        return NumberType(rawValue: matrix.format.rawValue.uppercased()) ?? .f32
    }
}
