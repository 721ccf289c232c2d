extension Tokenizer {
    /// Makes the tokenizer that a GGUF file describes.
    ///
    /// The file's `tokenizer.ggml.model` must be "gpt2", which is what GGUF calls byte-level byte pairs.
    ///
    /// - Throws: if the vocabulary contradicts itself, or names a splitter that is not supported.
    public init(_ vocabulary: Vocabulary) throws(TokenizerError) {
        let source = vocabulary.source
        guard let steps = PreTokenizer.named[vocabulary.splitter] else {
            throw .unsupported(
                source: source, component: "tokenizer.ggml.pre", found: "\"\(vocabulary.splitter)\"",
                supported: PreTokenizer.named.keys.sorted().joined(separator: ", "))
        }
        preTokenizer = PreTokenizer(steps: steps)
        normalizer = vocabulary.splitter == "qwen2" ? .composed : .none
        wholeWords = vocabulary.splitter == "llama-bpe"

        tokens = try tokenTable(vocabulary)
        let added = try addedTokens(vocabulary)
        (plainBytes, special) = tokenBytes(tokens, added)
        count = tokens.count
        rawSearch = AddedTokenSearch(added)
        normalizedSearch = AddedTokenSearch([])
        bytePairs = try BytePairs(
            merges: try mergePairs(vocabulary), tokens, unknown: nil, fusesUnknown: false, source: source)

        for (role, id) in [("beginning", vocabulary.beginning), ("end", vocabulary.end)] {
            if let id, !tokens.contains(id) {
                throw .malformed(
                    source: source, reason: "the \(role) token's id \(id) is not in the vocabulary")
            }
        }
        beginning = vocabulary.beginning
        end = vocabulary.end
        chatTemplate = vocabulary.chatTemplate
        postProcessor = PostProcessor(
            before: vocabulary.addsBeginning ? [beginning].compactMap(\.self) : [],
            after: vocabulary.addsEnd ? [end].compactMap(\.self) : [])
    }
}

private func tokenTable(_ vocabulary: Vocabulary) throws(TokenizerError) -> TokenTable {
    var strings = ByteStrings()
    strings.reserve(strings: vocabulary.tokens.count, bytes: 8 * vocabulary.tokens.count)
    for token in vocabulary.tokens { strings.append(token.utf8) }
    let ids = (0..<Int32(strings.count)).map(\.self)
    let (table, clash) = TokenTable.make(strings, ids: ids)
    if let clash { throw duplicate(strings, ids, clash, vocabulary.source) }
    return table
}

/// The tokens that are found in the text itself: control, unknown and user-defined ones.
private func addedTokens(_ vocabulary: Vocabulary) throws(TokenizerError) -> [AddedToken] {
    guard vocabulary.kinds.count == vocabulary.tokens.count else {
        throw .malformed(
            source: vocabulary.source,
            reason: "there are \(vocabulary.tokens.count) tokens and \(vocabulary.kinds.count) token types")
    }
    var added: [AddedToken] = []
    for (id, kind) in vocabulary.kinds.enumerated() {
        switch kind {
        case 1, 5, 6: continue
        case 2, 3, 4:
            added.append(
                AddedToken(
                    id: Int32(id), content: vocabulary.tokens[id], special: kind != 4, leftSpace: false,
                    rightSpace: false, singleWord: false, normalized: false))
        default:
            throw .unsupported(
                source: vocabulary.source, component: "type of token \(id)", found: "\(kind)",
                supported: "1 to 6")
        }
    }
    return added
}

/// The merges as left, right, left, right, …
private func mergePairs(_ vocabulary: Vocabulary) throws(TokenizerError) -> ByteStrings {
    var pairs = ByteStrings()
    pairs.reserve(strings: 2 * vocabulary.merges.count, bytes: 8 * vocabulary.merges.count)
    for (rank, merge) in vocabulary.merges.enumerated() {
        let bytes = merge.utf8
        guard let space = bytes.firstIndex(of: UInt8(ascii: " ")), space > bytes.startIndex else {
            throw .malformed(
                source: vocabulary.source, reason: "merge \(rank + 1), \"\(merge)\", is not of two tokens")
        }
        pairs.append(bytes[..<space])
        pairs.append(bytes[bytes.index(after: space)...])
    }
    return pairs
}
