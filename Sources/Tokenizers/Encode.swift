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
                encode(normalized, 0..<normalized.count, &encoding)
            } else {
                encode(bytes, piece.range, &encoding)
            }
        }
        if addSpecialTokens { encoding.ids += postProcessor.after }
        return encoding.ids
    }

    /// Adds the ids of normalized text.
    private func encode(_ text: [UInt8], _ range: Range<Int>, _ encoding: inout Encoding) {
        for piece in normalizedSearch.pieces(of: text.span, range) {
            if let token = piece.token {
                encoding.ids.append(token)
            } else {
                let (text, start, ends) = preTokenizer.words(of: text, piece.range)
                encodeWords(text.span, start, ends, &encoding)
            }
        }
    }

    private func encodeWords(_ text: Span<UInt8>, _ start: Int, _ ends: [Int], _ encoding: inout Encoding) {
        var start = start
        for end in ends {
            let word = start..<end
            start = end
            if word.count > WordCache.longestWord {
                mergeWord(text, word, &encoding)
                continue
            }
            let (done, slot) = encoding.cache.repeatWord(text, word, &encoding.ids)
            if done { continue }
            let first = encoding.ids.count
            mergeWord(text, word, &encoding)
            encoding.cache.keep(text, word, tokens: first..<encoding.ids.count, at: slot)
        }
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
