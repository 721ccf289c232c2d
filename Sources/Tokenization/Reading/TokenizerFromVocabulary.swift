extension Tokenizer {
    /// Makes the tokenizer that a GGUF file describes.
    ///
    /// - Throws: if the vocabulary contradicts itself, or names a model or a splitter that is not supported.
    public init(_ vocabulary: Vocabulary) throws(TokenizerError) {
        let source = vocabulary.source
        if vocabulary.kinds.count != vocabulary.tokens.count {
            throw .malformed(
                source: source,
                reason:
                    "there are \(vocabulary.tokens.count) tokens and \(vocabulary.kinds.count) token types")
        }
        let stages: VocabularyStages
        switch vocabulary.model {
        case "gpt2": stages = try .byteLevel(vocabulary)
        case "llama": stages = try .sentencePiece(vocabulary)
        default:
            throw .unsupported(
                source: source, component: "tokenizer.ggml.model", found: "\"\(vocabulary.model)\"",
                supported: "gpt2, llama")
        }
        (normalizer, preTokenizer, tokens) = (stages.normalizer, stages.preTokenizer, stages.tokens)
        (model, decoder, notes) = (.bytePairs(stages.model), stages.decoder, stages.notes)
        let added = try addedTokens(vocabulary, in: stages)
        (plainBytes, special) = tokenBytes(tokens, added, decoder)
        count = tokens.count
        rawSearch = AddedTokenSearch(added)
        normalizedSearch = AddedTokenSearch([])

        for (role, id) in [("beginning", vocabulary.beginning), ("end", vocabulary.end)] {
            if let id, !tokens.contains(id) {
                throw .malformed(
                    source: source, reason: "the \(role) token's id \(id) is not in the vocabulary")
            }
        }
        beginning = vocabulary.beginning
        end = vocabulary.end
        (chatTemplate, toolTemplate) = (vocabulary.chatTemplate, nil)
        var special: [String: String] = [:]
        for (role, id) in [
            ("bos_token", beginning), ("eos_token", end), ("unk_token", vocabulary.unknown),
            ("pad_token", vocabulary.padding),
        ] {
            if let id, tokens.contains(id) { special[role] = vocabulary.tokens[Int(id)] }
        }
        specialTokens = special
        postProcessor = PostProcessor(
            before: vocabulary.addsBeginning ? [beginning].compactMap(\.self) : [],
            after: vocabulary.addsEnd ? [end].compactMap(\.self) : [])
    }
}

/// What a GGUF vocabulary says of the stages that text passes through.
struct VocabularyStages {
    var normalizer = Normalizer.none
    let preTokenizer: PreTokenizer
    let tokens: TokenTable
    let model: BytePairs
    let decoder: TokenDecoder
    var notes: [String] = []
}

/// The table of tokens; `spelling` gives each its form for merging. Of equal tokens a text gets the last, as in llama.cpp.
///
/// - Returns: The table, and a note where tokens are equal.
func tokenTable(
    _ vocabulary: Vocabulary, spelling: (Int) -> String
) -> (table: TokenTable, notes: [String]) {
    var strings = ByteStrings()
    strings.reserve(strings: vocabulary.tokens.count, bytes: 8 * vocabulary.tokens.count)
    for id in vocabulary.tokens.indices { strings.append(spelling(id).utf8) }
    let ids = (0..<Int32(strings.count)).map(\.self)
    let (table, clash) = TokenTable.make(strings, ids: ids)
    guard let clash else { return (table, []) }
    let token = String(decoding: strings[clash], as: UTF8.self)
    return (
        TokenTable.make(strings, ids: ids, lastOfEqual: true).table,
        [
            "the vocabulary has equal tokens, such as \"\(token)\" again with id \(clash); a text gets the last of them"
        ]
    )
}

/// The tokens that are found in the text itself: control, unknown and user-defined ones, if they are spelled for
/// merging as the file spells them.
private func addedTokens(_ vocabulary: Vocabulary, in stages: VocabularyStages) throws(TokenizerError)
    -> [AddedToken]
{
    var added: [AddedToken] = []
    for (id, kind) in vocabulary.kinds.enumerated() {
        switch kind {
        case 1, 5, 6: continue
        case 2, 3, 4:
            if kind == 4, !stages.tokens[Int32(id)].elementsEqual(vocabulary.tokens[id].utf8) { continue }
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
