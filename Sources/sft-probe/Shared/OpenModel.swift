import ArgumentParser
import Examples
import Foundation
import ModelFiles
import ModelHub
import Records
import Tokenizers
import Transformers

/// The flags that name a model, and an adapter on top of it.
struct ModelOption: ParsableArguments {
    @Option(
        help: "The model: a Hugging Face folder, a .gguf file, or the name of a pulled model (`model pull`).")
    var model: String
    @Option(help: "Folder of a LoRA adapter (PEFT or MLX) to apply to the model (default: none).")
    var adapter: String?
}

/// A model whose files are open, with its tokenizer.
struct OpenModel {
    let name: String
    let source: ModelSource
    /// The adapter that is on it, if any.
    let adapter: AdapterFolder?
    /// Sentences about the parts of the adapter that were merged into the weights; none if all stayed
    /// separate.
    let adapterNotes: [String]
    var decoder: Decoder
    let tokenizer: Tokenizer

    /// Opens what a command's flags name.
    init(_ option: ModelOption) throws { try self.init(name: option.model, adapter: option.adapter) }

    /// Opens the model of a path or of a pulled name, and applies an adapter.
    init(name: String, adapter path: String? = nil) throws {
        self.name = name
        source = try ModelSource(path: resolveModel(name))
        adapter = try path.map { path throws(ModelFileError) in try AdapterFolder(path: path) }
        (decoder, adapterNotes) = try adapted(Decoder(source), by: adapter)
        tokenizer = try Self.tokenizer(source)
        for note in decoder.notes { standardError("\(name): \(note).") }
        for note in tokenizer.notes { standardError("\(name): \(note)") }
    }

    /// The tokenizer of a model alone.
    static func tokenizer(_ nameOrPath: String) throws -> Tokenizer {
        try tokenizer(ModelSource(path: resolveModel(nameOrPath)))
    }

    private static func tokenizer(_ source: ModelSource) throws -> Tokenizer {
        switch source.vocabulary {
        case .tokenizerJSON(let path): try Tokenizer(tokenizerJSON: path)
        case .gguf(let vocabulary):
            try Tokenizer(vocabulary.asVocabulary(of: source))
        }
    }

    /// The tokens that end an answer; said where they are not the tokenizer's own end alone.
    func ends(remark: (String) -> Void = standardError) throws -> Set<Int32> {
        let ends = tokenizer.ends(named: try source.endTokens())
        if ends != Set([tokenizer.end].compactMap(\.self)) {
            remark("\(name): an answer ends with \(named(ends).joined(separator: ", ")).")
        }
        return ends
    }

    /// The same as their texts and ids.
    func namedEnds() throws -> [String] { named(tokenizer.ends(named: try source.endTokens())) }

    private func named(_ ends: Set<Int32>) -> [String] {
        ends.sorted().map { id in
            id < tokenizer.count ? "\(tokenizer.token(id)) (\(id))" : "\(id)"
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
    func digest() throws -> String { try sha256(ofFiles: source.files) }

    /// SHA-256 over the adapter's files, likewise; nil without one.
    func adapterDigest() throws -> String? { try adapter.map { try sha256(ofFiles: $0.files) } }
}

/// SHA-256 of a data file, as it was read: of what came through it, if it is a pipe.
func sha256(ofData path: String) throws -> String { try sha256(ofFile: reopenable(path)) }

private func sha256(ofFiles paths: [String]) throws -> String {
    let digests = try paths.sorted().map { try sha256(ofFile: $0) }
    return digests.count == 1 ? digests[0] : sha256(of: Data(digests.joined().utf8))
}

/// A model with an adapter applied, if there is one; prints which parts were merged into the weights.
func adapted(
    _ decoder: Decoder, by adapter: AdapterFolder?
) throws(ModelError) -> (decoder: Decoder, notes: [String]) {
    guard let adapter else { return (decoder, []) }
    let (adapted, notes) = try decoder.adapted(by: adapter)
    for note in notes { standardError("\(adapter.path), on the model: \(note).") }
    return (adapted, notes)
}

extension GGUFVocabulary {
    /// The same for the tokenizer, with what files leave to their kind of model: SentencePiece begins texts with its
    /// first token and a space, byte-level pairs do not.
    fileprivate func asVocabulary(of source: ModelSource) -> Vocabulary {
        let isSentencePiece = model == "llama"
        let addsSpace = addsSpacePrefix ?? isSentencePiece
        return Vocabulary(
            model: model, tokens: tokens, kinds: kinds.map(Int32.init), scores: scores ?? [], merges: merges,
            splitter: pre ?? "default",
            spacePrefix: addsSpace ? (source.spacesEveryPart ? .everyPart : .start) : .none,
            unknown: unknown.map(Int32.init),
            beginning: bos.map(Int32.init), end: eos.map(Int32.init),
            padding: padding.map(Int32.init),
            addsBeginning: addsBOS ?? isSentencePiece,
            addsEnd: addsEOS ?? false, chatTemplate: chatTemplate, source: source.path)
    }
}

/// Turns and answers for a model; that it has no chat template is said.
func answerTokenizer(_ open: OpenModel, _ options: RunOptions) throws -> AnswerTokenizer {
    do {
        let tokenizer = try AnswerTokenizer(
            open.tokenizer, ends: open.ends(remark: options.remark), now: options.template.now)
        if !tokenizer.usesTemplate {
            options.remark("\(open.name) has no chat template: a prompt is the query and a line break.")
        }
        if let date = options.template.date(for: open.tokenizer) {
            options.remark("\(open.name): its chat template prints the date: \(date) (see --template-date)")
        }
        return tokenizer
    } catch let error as ConversationError {
        throw UnusableData(description: "\(open.name): \(error).")
    }
}
