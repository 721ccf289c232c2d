extension Tokenizer {
    /// The ids of a text.
    ///
    /// Added tokens such as `<|im_end|>` are recognized inside the text.
    ///
    /// - Parameters:
    ///   - text: any text; the empty one has no ids of its own.
    ///   - addSpecialTokens: puts the tokens around it that the model expects, if any.
    public func encode(_ text: String, addSpecialTokens: Bool = true) -> [Int32] {
        encoded([UInt8](text.utf8), addSpecialTokens).ids
    }

    /// The ids of a text, and the parts that it was cut into by the tokens found in it.
    func encoded(_ bytes: [UInt8], _ addSpecialTokens: Bool) -> (ids: [Int32], parts: [EncodedPart]) {
        var encoding = Encoding(textLength: bytes.count)
        var parts: [EncodedPart] = []
        if addSpecialTokens { encoding.ids = postProcessor.before }
        for piece in rawSearch.pieces(of: bytes.span, 0..<bytes.count) {
            let first = encoding.ids.count
            if let token = piece.token {
                encoding.ids.append(token)
            } else {
                encode(bytes, piece.range, &encoding)
            }
            parts.append(
                EncodedPart(
                    range: piece.range, tokens: first..<encoding.ids.count, isToken: piece.token != nil))
        }
        if addSpecialTokens { encoding.ids += postProcessor.after }
        return (encoding.ids, parts)
    }

    /// The ids of a range of a text without tokens in it.
    func ids(of bytes: [UInt8], _ range: Range<Int>) -> [Int32] {
        var encoding = Encoding(textLength: range.count)
        encode(bytes, range, &encoding)
        return encoding.ids
    }

    private func encode(_ bytes: [UInt8], _ range: Range<Int>, _ encoding: inout Encoding) {
        let begins = range.lowerBound == 0
        if let normalized = normalizer.normalized(bytes.span, range) {
            encode(normalized, 0..<normalized.count, begins: begins, &encoding)
        } else {
            encode(bytes, range, begins: begins, &encoding)
        }
    }

    /// Adds the ids of normalized text.
    ///
    /// - Parameter begins: whether the whole text begins here.
    private func encode(_ text: [UInt8], _ range: Range<Int>, begins: Bool, _ encoding: inout Encoding) {
        for piece in normalizedSearch.pieces(of: text.span, range) {
            if let token = piece.token {
                encoding.ids.append(token)
            } else {
                let isFirst = begins && piece.range.lowerBound == range.lowerBound
                let (text, words) = preTokenizer.words(of: text, piece.range, begins: isFirst)
                encodeWords(text.span, words, &encoding)
            }
        }
    }

    private func encodeWords(_ text: Span<UInt8>, _ words: [Range<Int>], _ encoding: inout Encoding) {
        guard let cuts = model.cuts else {
            for word in words { encodeWord(text, word, &encoding) }
            return
        }
        for word in words {
            var start = word.lowerBound
            while start < word.upperBound {
                let end = cuts.end(of: start, before: word.upperBound, in: text)
                encodeWord(text, start..<end, &encoding)
                start = end
            }
        }
    }

    @inline(__always)
    private func encodeWord(_ text: Span<UInt8>, _ word: Range<Int>, _ encoding: inout Encoding) {
        if word.count > WordCache.longestWord {
            return model.encode(text, word, into: &encoding.ids, &encoding.scratch)
        }
        let (done, slot) = encoding.cache.repeatWord(text, word, &encoding.ids)
        if done { return }
        let first = encoding.ids.count
        model.encode(text, word, into: &encoding.ids, &encoding.scratch)
        encoding.cache.keep(text, word, tokens: first..<encoding.ids.count, at: slot)
    }
}

/// The state of one call.
private struct Encoding {
    var ids: [Int32] = []
    var cache: WordCache
    var scratch = MergeScratch()

    init(textLength: Int) { cache = WordCache(textLength: textLength) }
}
