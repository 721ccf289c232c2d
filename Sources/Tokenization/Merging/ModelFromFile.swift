import JSON

extension Model {
    /// The model of `tokenizer.json`.
    ///
    /// - Parameters:
    ///   - tokens: its vocabulary.
    ///   - seesBytes: whether its words are bytes, spelled in the byte alphabet.
    init(_ file: TokenizerFile, _ tokens: TokenTable, seesBytes: Bool) throws(TokenizerError) {
        switch (file.model["type"] ?? .string("BPE")).string {
        case "BPE": self = .bytePairs(try Self.bytePairs(file, tokens, seesBytes: seesBytes))
        case "Unigram" where !seesBytes: self = .unigram(try Self.unigram(file, tokens))
        case "WordPiece" where !seesBytes: self = .wordPiece(try Self.wordPiece(file, tokens))
        case "Unigram", "WordPiece":
            throw Self.refuse(file, "pre-tokenizer", .string("ByteLevel"), "with a BPE model only")
        default: throw Self.refuse(file, "model", file.model["type"], "BPE, Unigram, WordPiece")
        }
    }

    private static func refuse(
        _ file: TokenizerFile, _ component: String, _ found: JSONValue?, _ supported: String
    ) -> TokenizerError {
        .unsupported(
            source: file.path, component: component, found: (found ?? .null).component, supported: supported)
    }

    private static func bytePairs(
        _ file: TokenizerFile, _ tokens: TokenTable, seesBytes: Bool
    ) throws(TokenizerError) -> BytePairs {
        let model = file.model
        if let dropout = model["dropout"], dropout != .null, dropout.number != 0 {
            throw refuse(file, "model's dropout", dropout, "none")
        }
        for affix in ["continuing_subword_prefix", "end_of_word_suffix"] {
            if let found = model[affix], found != .null, found != .string("") {
                throw refuse(file, affix, found, "none")
            }
        }
        let fallsBack = model["byte_fallback"]?.bool ?? false
        if fallsBack, seesBytes { throw refuse(file, "byte_fallback", .bool(true), "false with ByteLevel") }
        let symbols: WordSymbols =
            seesBytes ? .bytes(of: tokens) : .characters(tokens, fallsBack ? ByteFallback(tokens) : nil)
        return BytePairs(
            symbols, merges: try mergeTable(file.merges, tokens, source: file.path),
            unknown: model["unk_token"]?.string.flatMap { tokens.id(of: [UInt8]($0.utf8)) },
            fusesUnknown: model["fuse_unk"]?.bool ?? false,
            wholeWords: model["ignore_merges"]?.bool == true ? tokens : nil)
    }

    private static func unigram(_ file: TokenizerFile, _ tokens: TokenTable) throws(TokenizerError) -> Unigram
    {
        if file.scores.count != tokens.tokenCount {
            throw .malformed(source: file.path, reason: "the tokens of the Unigram model lack scores")
        }
        let unknown = file.model["unk_id"]?.id
        if let unknown, !tokens.contains(unknown) {
            throw .malformed(
                source: file.path, reason: "unk_id is \(unknown), which is not in the vocabulary")
        }
        let fallsBack = file.model["byte_fallback"]?.bool ?? false
        return Unigram(
            tokens, scores: file.scores, unknown: unknown, bytes: fallsBack ? ByteFallback(tokens) : nil)
    }

    private static func wordPiece(_ file: TokenizerFile, _ tokens: TokenTable) throws(TokenizerError)
        -> WordPiece
    {
        let name = file.model["unk_token"]?.string ?? "[UNK]"
        guard let unknown = tokens.id(of: [UInt8](name.utf8)) else {
            throw .malformed(
                source: file.path, reason: "the unknown token \"\(name)\" is not in the vocabulary")
        }
        let prefix = file.model["continuing_subword_prefix"]?.string ?? "##"
        return WordPiece(
            tokens, unknown: unknown, prefix: [UInt8](prefix.utf8),
            longestWord: Int(file.model["max_input_chars_per_word"]?.id ?? 100))
    }
}
