/// The byte pair model: the tokens of bytes or characters, and which pairs of tokens merge, in which order.
struct BytePairs: Sendable {
    let symbols: WordSymbols

    /// (left, right) → rank in the high half, merged token in the low half.
    let merges: PairTable

    /// The token for what has none.
    let unknown: Int32?

    /// Whether neighbors without a token share one.
    let fusesUnknown: Bool

    /// The vocabulary, if a word that is a token is that token, whatever the merges would make of it.
    let wholeWords: TokenTable?

    /// Where long words may be cut.
    let cuts: SpaceCuts?

    /// Longer words use a queue. Measured on random letters: below this, looking at every pair is faster.
    static let longWord = 40

    init(
        _ symbols: WordSymbols, merges: PairTable, unknown: Int32?, fusesUnknown: Bool,
        wholeWords: TokenTable? = nil
    ) {
        (self.symbols, self.merges, self.unknown) = (symbols, merges, unknown)
        (self.fusesUnknown, self.wholeWords) = (fusesUnknown, wholeWords)
        if case .characters(let tokens, _) = symbols, wholeWords == nil {
            cuts = SpaceCuts(tokens)
        } else {
            cuts = nil
        }
    }

    /// Appends the tokens of a word.
    func encode(
        _ text: Span<UInt8>, _ word: Range<Int>, into ids: inout [Int32], _ scratch: inout MergeScratch
    ) {
        if let id = wholeWord(text, word) { return ids.append(id) }
        let start = ids.count
        symbols.append(text, word, unknown: unknown, fuses: fusesUnknown, to: &ids)
        let count = ids.count - start
        if count < 2 { return }
        if count < Self.longWord {
            mergeShort(&ids, from: start, &scratch)
        } else {
            mergeLong(&ids, from: start, &scratch)
        }
    }

    private func wholeWord(_ text: Span<UInt8>, _ word: Range<Int>) -> Int32? {
        guard let wholeWords else { return nil }
        if case .characters = symbols { return wholeWords.id(of: text, word) }
        var token: [UInt8] = []
        for i in word { token += ByteAlphabet.utf8(of: text[i]) }
        return wholeWords.id(of: token)
    }

    /// Merges the pair of lowest rank, the leftmost of equals, until no pair merges.
    private func mergeShort(_ ids: inout [Int32], from start: Int, _ scratch: inout MergeScratch) {
        var count = ids.count - start
        scratch.pairs.removeAll(keepingCapacity: true)
        for i in start..<ids.count - 1 { scratch.pairs.append(merges[ids[i], ids[i + 1]]) }
        while true {
            var (best, at) = (PairTable.missing, 0)
            for i in 0..<count - 1 where scratch.pairs[i] < best { (best, at) = (scratch.pairs[i], i) }
            if best == PairTable.missing { break }
            ids[start + at] = Int32(truncatingIfNeeded: best)
            count -= 1
            for i in at + 1..<max(count, at + 1) {
                ids[start + i] = ids[start + i + 1]
                scratch.pairs[i - 1] = scratch.pairs[i]
            }
            if at > 0 { scratch.pairs[at - 1] = merges[ids[start + at - 1], ids[start + at]] }
            if at + 1 < count { scratch.pairs[at] = merges[ids[start + at], ids[start + at + 1]] }
        }
        ids.removeLast(ids.count - start - count)
    }

    /// The same with a queue of pairs and a linked list of symbols: n log n.
    private func mergeLong(_ ids: inout [Int32], from start: Int, _ scratch: inout MergeScratch) {
        let count = ids.count - start
        scratch.link(count)
        for i in 0..<count - 1 { scratch.offer(merges[ids[start + i], ids[start + i + 1]], at: i) }
        while let (left, merged) = scratch.take() {
            ids[start + left] = merged
            scratch.unlink(after: left)
            if let before = scratch.previous(of: left) {
                scratch.offer(merges[ids[start + before], merged], at: before)
            }
            let right = scratch.next(of: left)
            scratch.offer(right.map { merges[merged, ids[start + $0]] } ?? PairTable.missing, at: left)
        }
        var (kept, at) = (start, Optional(0))
        while let i = at {
            ids[kept] = ids[start + i]
            kept += 1
            at = scratch.next(of: i)
        }
        ids.removeLast(ids.count - kept)
    }
}
