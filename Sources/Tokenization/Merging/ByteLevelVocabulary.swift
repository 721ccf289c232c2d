extension VocabularyStages {
    /// GGUF's model "gpt2": byte-level byte pairs, with merges and a named splitter.
    static func byteLevel(_ vocabulary: Vocabulary) throws(TokenizerError) -> VocabularyStages {
        let (source, name) = (vocabulary.source, vocabulary.splitter)
        var (steps, notes) = (NamedSplitter.steps[name], [String]())
        if let expression = NamedSplitter.expressions[name] {
            let pattern = try TextPattern(
                expression: expression, component: "splitter \(name)", source: source)
            steps = [.split(pattern, .isolated, inverted: false)]
            notes = [PreTokenizer.slowPatternNote(expression)]
        }
        guard let steps else {
            throw .unsupported(
                source: source, component: "tokenizer.ggml.pre", found: "\"\(name)\"",
                supported: NamedSplitter.names.joined(separator: ", "))
        }
        let (tokens, equal) = tokenTable(vocabulary) { vocabulary.tokens[$0] }
        notes += equal
        let merges = try mergeTable(try mergePairs(vocabulary), tokens, source: source)
        return VocabularyStages(
            normalizer: name == "qwen2" ? .composed : .none, preTokenizer: PreTokenizer(steps: steps),
            tokens: tokens,
            model: BytePairs(
                .bytes(of: tokens), merges: merges, unknown: nil, fusesUnknown: false,
                wholeWords: ["llama-bpe", "llama3", "llama-v3"].contains(name) ? tokens : nil),
            decoder: .byteLevel, notes: notes)
    }
}

/// The merges as left, right, left, right, …
func mergePairs(_ vocabulary: Vocabulary) throws(TokenizerError) -> ByteStrings {
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
