extension Tokenizer {
    /// The ids of a text.
    ///
    /// Added tokens such as `<|im_end|>` are recognized inside the text.
    ///
    /// - Parameters:
    ///   - text: any text; the empty one has no ids of its own.
    ///   - addSpecialTokens: puts the tokens around it that the model expects, if any.
    public func encode(_ text: String, addSpecialTokens: Bool = true) -> [Int32] {
        let bytes = [UInt8](text.utf8)
        var encoding = Encoding(textLength: bytes.count)
        if addSpecialTokens { encoding.ids = postProcessor.before }
        for piece in rawSearch.pieces(of: bytes.span, 0..<bytes.count) {
            if let token = piece.token {
                encoding.ids.append(token)
            } else if let normalized = normalizer.normalized(bytes.span, piece.range) {
                encode(normalized.span, 0..<normalized.count, &encoding)
            } else {
                encode(bytes.span, piece.range, &encoding)
            }
        }
        if addSpecialTokens { encoding.ids += postProcessor.after }
        return encoding.ids
    }

    /// Adds the ids of normalized text.
    private func encode(_ text: Span<UInt8>, _ range: Range<Int>, _ encoding: inout Encoding) {
        for piece in normalizedSearch.pieces(of: text, range) {
            if let token = piece.token {
                encoding.ids.append(token)
            } else {
                preTokenizer.forEachWord(in: text, piece.range) { text, word in
                    encodeWord(text, word, &encoding)
                }
            }
        }
    }

    private func encodeWord(_ text: Span<UInt8>, _ word: Range<Int>, _ encoding: inout Encoding) {
        if word.count > WordCache.longestWord { return mergeWord(text, word, &encoding) }
        let (done, slot) = encoding.cache.repeatWord(text, word, &encoding.ids)
        if done { return }
        let start = encoding.ids.count
        mergeWord(text, word, &encoding)
        encoding.cache.keep(text, word, tokens: start..<encoding.ids.count, at: slot)
    }

    private func mergeWord(_ text: Span<UInt8>, _ word: Range<Int>, _ encoding: inout Encoding) {
        if wholeWords {
            var token: [UInt8] = []
            for i in word { token += ByteAlphabet.utf8(of: text[i]) }
            if let id = tokens.id(of: token) { return encoding.ids.append(id) }
        }
        bytePairs.encode(text, word, into: &encoding.ids, &encoding.scratch)
    }
}

/// The state of one call.
private struct Encoding {
    var ids: [Int32] = []
    var cache: WordCache
    var scratch = MergeScratch()

    init(textLength: Int) { cache = WordCache(textLength: textLength) }
}
