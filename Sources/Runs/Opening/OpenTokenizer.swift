public import ModelFiles
import ModelHub
public import Tokenization
import Transformers

extension OpenModel {
    /// The tokenizer of a model alone.
    public static func tokenizer(_ nameOrPath: String) throws -> Tokenizer {
        try tokenizer(ModelSource(path: resolveModel(nameOrPath)))
    }

    static func tokenizer(_ source: ModelSource) throws -> Tokenizer {
        switch source.vocabulary {
        case .tokenizerJSON(let path): try Tokenizer(tokenizerJSON: path)
        case .gguf(let vocabulary): try Tokenizer(vocabulary.asVocabulary(of: source))
        }
    }

    /// The tokenizer that an adapter brings, where it replaces rows of embeddings and its folder has a tokenizer with more
    /// tokens than the model's own; nil where the own one is meant.
    public static func tokenizer(
        of adapter: AdapterFolder?, besides own: @autoclosure () throws -> Tokenizer, warn: (String) -> Void
    ) throws -> Tokenizer? {
        guard let adapter, let path = adapter.tokenizer else { return nil }
        let brought = try Tokenizer(tokenizerJSON: path)
        let more = try brought.count - own().count
        guard more > 0 else { return nil }
        warn("\(adapter.path): its tokenizer is used; it has \(more) tokens more than the model's.")
        return brought
    }
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
