import ArgumentParser
import Foundation
import ModelFiles
import ModelHub
import Tokenizers
import Transformers

/// The flag that names a model.
struct ModelOption: ParsableArguments {
    @Option(help: "A folder in Hugging Face layout, a .gguf file, or a name in the cache.") var model: String
}

/// A model whose files are open, with its tokenizer.
struct OpenModel {
    let name: String
    let source: ModelSource
    let decoder: Decoder
    let tokenizer: Tokenizer

    /// Opens the model that a path or a name in the cache stands for.
    init(_ nameOrPath: String) throws {
        name = nameOrPath
        source = try ModelSource(path: resolveModel(nameOrPath))
        decoder = try Decoder(source)
        tokenizer = try Self.tokenizer(source)
    }

    /// The tokenizer of a model alone.
    static func tokenizer(_ nameOrPath: String) throws -> Tokenizer {
        try tokenizer(ModelSource(path: resolveModel(nameOrPath)))
    }

    private static func tokenizer(_ source: ModelSource) throws -> Tokenizer {
        switch source.vocabulary {
        case .tokenizerJSON(let path): try Tokenizer(tokenizerJSON: path)
        case .gguf(let vocabulary):
            try Tokenizer(
                Vocabulary(
                    tokens: vocabulary.tokens, kinds: vocabulary.kinds.map(Int32.init),
                    merges: vocabulary.merges,
                    splitter: vocabulary.pre ?? "default", beginning: vocabulary.bos.map(Int32.init),
                    end: vocabulary.eos.map(Int32.init), addsBeginning: vocabulary.addsBOS ?? false,
                    addsEnd: vocabulary.addsEOS ?? false, chatTemplate: vocabulary.chatTemplate,
                    source: source.path))
        }
    }

    /// The size of the weight files, in bytes.
    var fileBytes: Int {
        source.files.reduce(0) { sum, path in
            let target = URL(filePath: path).resolvingSymlinksInPath().path  // caches like to link
            return sum + ((try? FileManager.default.attributesOfItem(atPath: target)[.size] as? Int) ?? 0)
        }
    }

    /// SHA-256 over the weight files: of the file where there is one, else of the digests of all, in order.
    func digest() throws -> String {
        let digests = try source.files.sorted().map { try sha256(ofFile: $0) }
        return digests.count == 1 ? digests[0] : sha256(of: Data(digests.joined().utf8))
    }
}
