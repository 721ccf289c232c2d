import JSON
import Foundation

extension Tokenizer {
    /// Reads `tokenizer.json`, and what stands beside it: `tokenizer_config.json`, `special_tokens_map.json` and
    /// `chat_template.jinja`.
    ///
    /// - Parameters:
    ///   - path: the file, or the folder that holds it.
    ///   - tokens: new tokens that it is to have besides.
    /// - Throws: for anything in the file that is broken, or that is not supported; nothing is guessed.
    public init(tokenizerJSON path: String, adding tokens: [NewToken] = []) throws(TokenizerError) {
        var file = URL(filePath: path)
        if file.pathExtension != "json" { file.append(path: "tokenizer.json") }
        let json = try TokenizerFile(path: file.path, adding: tokens)
        let config = try TokenizerConfig(folder: file.deletingLastPathComponent())
        try self.init(json, config)
    }

    private init(_ file: TokenizerFile, _ config: TokenizerConfig) throws(TokenizerError) {
        let source = file.path
        try file.requireKnownKeys()
        try config.requireAgreement(with: file)
        decoder = try TokenDecoder(file["decoder"], source: source)
        normalizer = try Normalizer(file["normalizer"], source: source)
        let seesBytes: Bool
        (preTokenizer, seesBytes, notes) = try PreTokenizer.read(file["pre_tokenizer"], source: source)

        let own: TokenTable
        var added: [AddedToken]
        (own, tokens, added) = try vocabulary(
            file.tokens, file.ids, addedTokens(file["added_tokens"], source: source), source: source)
        model = try Model(file, own, seesBytes: seesBytes)
        added += namedTokens(config, in: tokens, besides: added)
        (plainBytes, special) = tokenBytes(tokens, added, decoder)
        count = tokens.count
        rawSearch = AddedTokenSearch(added.filter { !$0.normalized })
        normalizedSearch = AddedTokenSearch(added.filter(\.normalized), normalizer)

        beginning = try tokenID(of: config.specialTokens["bos_token"], in: tokens, source: source)
        end = try tokenID(of: config.specialTokens["eos_token"], in: tokens, source: source)
        (chatTemplate, toolTemplate) = (config.chatTemplate, config.toolTemplate)
        specialTokens = config.specialTokens
        postProcessor = try PostProcessor(file["post_processor"], source: source)
    }
}

/// The tokens that `added_tokens` lists.
private func addedTokens(_ json: JSONValue, source: String) throws(TokenizerError) -> [AddedToken] {
    var tokens: [AddedToken] = []
    for (index, entry) in (json.array ?? []).enumerated() {
        guard let id = entry["id"]?.id, id >= 0, let content = entry["content"]?.string else {
            throw .malformed(source: source, reason: "added token \(index) lacks a usable id or content")
        }
        tokens.append(
            AddedToken(
                id: id, content: content, special: entry["special"]?.bool ?? false,
                leftSpace: entry["lstrip"]?.bool ?? false, rightSpace: entry["rstrip"]?.bool ?? false,
                singleWord: entry["single_word"]?.bool ?? false,
                normalized: entry["normalized"]?.bool ?? !(entry["special"]?.bool ?? false)))
    }
    return tokens
}

/// The model's own vocabulary, the same with the added tokens that are not in it, and the added tokens with the ids that
/// they get.
///
/// As in the reference a token that the vocabulary has keeps the vocabulary's id, one that is listed twice is the first,
/// and one whose id is taken gets the next that is free.
private func vocabulary(
    _ strings: ByteStrings, _ ids: [Int32], _ added: [AddedToken], source: String
) throws(TokenizerError) -> (own: TokenTable, all: TokenTable, added: [AddedToken]) {
    var (strings, ids) = (strings, ids)
    let highest = strings.bytes.count + 16 * (strings.count + added.count)
    if let id = (ids + added.map(\.id)).max(), Int(id) > highest {
        throw .malformed(source: source, reason: "the token id \(id) is far beyond the number of tokens")
    }
    let (model, clash) = TokenTable.make(strings, ids: ids)
    if let clash { throw duplicate(strings, ids, clash, source) }
    var (kept, contents) = ([AddedToken](), Set<String>())
    var new: Set<Int32> = []
    for token in added where contents.insert(token.content).inserted {
        if let known = model.id(of: [UInt8](token.content.utf8)) {
            kept.append(token.withID(known))
            continue
        }
        var id = token.id
        if model.contains(id) || new.contains(id) { id = max(Int32(model.count), (new.max() ?? -1) + 1) }
        new.insert(id)
        strings.append(token.content.utf8)
        ids.append(id)
        kept.append(token.withID(id))
    }
    if ids.count == model.tokenCount { return (model, model, kept) }
    let (table, secondClash) = TokenTable.make(strings, ids: ids)
    if let secondClash { throw duplicate(strings, ids, secondClash, source) }
    return (model, table, kept)
}

func duplicate(_ strings: ByteStrings, _ ids: [Int32], _ index: Int, _ source: String) -> TokenizerError {
    let token = String(decoding: strings[index], as: UTF8.self)
    return .malformed(
        source: source, reason: "the token \"\(token)\" with id \(ids[index]) repeats a token or an id")
}

/// Tokens that only `tokenizer_config.json` calls special; the reference adds them too.
private func namedTokens(
    _ config: TokenizerConfig, in tokens: TokenTable, besides added: [AddedToken]
) -> [AddedToken] {
    let known = Set(added.map(\.content))
    return Set(config.specialTokens.values).union(config.extraTokens).subtracting(known).sorted().compactMap {
        name in
        tokens.id(of: [UInt8](name.utf8)).map { id in
            AddedToken(
                id: id, content: name, special: true, leftSpace: false, rightSpace: false, singleWord: false,
                normalized: false)
        }
    }
}

private func tokenID(of name: String?, in tokens: TokenTable, source: String) throws(TokenizerError) -> Int32?
{
    guard let name else { return nil }
    guard let id = tokens.id(of: [UInt8](name.utf8)) else {
        throw .malformed(
            source: source,
            reason: "tokenizer_config.json names the token \"\(name)\", which is not in the vocabulary")
    }
    return id
}
