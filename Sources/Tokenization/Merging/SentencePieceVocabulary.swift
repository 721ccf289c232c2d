extension VocabularyStages {
    /// GGUF's model "llama": SentencePiece's byte pairs, with scores in place of merges and tokens for bytes.
    static func sentencePiece(_ vocabulary: Vocabulary) throws(TokenizerError) -> VocabularyStages {
        let source = vocabulary.source
        if vocabulary.scores.count != vocabulary.tokens.count, vocabulary.merges.isEmpty {
            throw .malformed(
                source: source,
                reason: "there are \(vocabulary.tokens.count) tokens and \(vocabulary.scores.count) scores")
        }
        if let bad = vocabulary.scores.firstIndex(where: \.isNaN) {
            throw .malformed(source: source, reason: "the score of token \(bad) is not a number")
        }
        let (tokens, notes) = tokenTable(vocabulary) { spelling($0, in: vocabulary) }
        let merges =
            vocabulary.merges.isEmpty
            ? mergeTable(tokens, scores: ranks(vocabulary))
            : try mergeTable(try mergePairs(vocabulary), tokens, source: source)
        let model = BytePairs(
            .characters(tokens, ByteFallback(tokens)), merges: merges, unknown: vocabulary.unknown,
            fusesUnknown: true)
        if let unknown = vocabulary.unknown, !tokens.contains(unknown) {
            throw .malformed(
                source: source, reason: "the unknown token's id \(unknown) is not in the vocabulary")
        }
        let (normalizer, preTokenizer) = spaces(vocabulary.spacePrefix)
        let underline = TextPattern.literal(Metaspace.underline)
        var steps: [TokenDecoder.Step] = [.replace(underline, with: [0x20]), .byteFallback, .fuse]
        if vocabulary.spacePrefix != .none { steps.append(.strip(" ", front: 1, back: 0)) }
        return VocabularyStages(
            normalizer: normalizer, preTokenizer: preTokenizer, tokens: tokens, model: model,
            decoder: TokenDecoder(steps: steps), notes: notes)
    }

    /// A token for merging. Gemma's files, which want no space before a text, spell runs of spaces as they are in
    /// a text, and its merges make them; in other files such tokens are cut out of the text.
    private static func spelling(_ id: Int, in vocabulary: Vocabulary) -> String {
        let token = vocabulary.tokens[id]
        guard isSpaces(id, in: vocabulary) else { return token }
        return String(repeating: "\u{2581}", count: token.utf8.count)
    }

    private static func isSpaces(_ id: Int, in vocabulary: Vocabulary) -> Bool {
        let token = vocabulary.tokens[id].utf8
        return vocabulary.spacePrefix == .none && vocabulary.kinds[id] == 4 && !token.isEmpty
            && token.allSatisfy { $0 == 0x20 }
    }

    /// The scores, with runs of spaces before all else, in the order of the file: user-defined tokens carry a
    /// score that says nothing, and a longer run is made of shorter ones.
    private static func ranks(_ vocabulary: Vocabulary) -> [Float] {
        let highest = max(0, vocabulary.scores.max() ?? 0)
        var scores = vocabulary.scores
        let runs = scores.indices.filter { isSpaces($0, in: vocabulary) }
        for (place, id) in runs.enumerated() { scores[id] = highest + Float(runs.count - place) }
        return scores
    }

    private static func spaces(_ prefix: Vocabulary.SpacePrefix) -> (Normalizer, PreTokenizer) {
        let replace = NormalizerStep.replace(.literal([0x20]), with: Metaspace.underline)
        switch prefix {
        case .none: return (Normalizer(steps: [replace]), PreTokenizer(steps: []))
        case .everyPart:
            return (Normalizer(steps: [.prepend(Metaspace.underline), replace]), PreTokenizer(steps: []))
        case .start:
            return (.none, PreTokenizer(steps: [.metaspace(Metaspace(prefix: .first, splits: false))]))
        }
    }
}
