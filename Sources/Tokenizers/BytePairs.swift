/// The byte pair model: the token of each byte, and which pairs of tokens merge, in which order.
struct BytePairs: Sendable {
    /// The token of each byte; -1: the vocabulary has none.
    let symbols: [Int32]

    /// (left, right) → rank in the high half, merged token in the low half.
    let merges: PairTable

    /// The token for a byte that has none; without one such bytes are dropped, as in the reference.
    let unknown: Int32?

    /// Whether neighboring unknown bytes share one token.
    let fusesUnknown: Bool

    /// Longer words use a queue. Measured on random letters: below this, looking at every pair is faster.
    static let longWord = 40

    /// - Parameters:
    ///   - merges: left, right, left, right, … by rank.
    ///   - source: the file, for error messages.
    init(
        merges: ByteStrings, _ tokens: TokenTable, unknown: Int32?, fusesUnknown: Bool, source: String
    ) throws(TokenizerError) {
        symbols = (0...255).map { tokens.id(of: ByteAlphabet.utf8(of: $0)) ?? -1 }
        self.unknown = unknown
        self.fusesUnknown = fusesUnknown
        var table = PairTable(capacity: merges.count / 2)
        let bytes = merges.bytes.span
        for rank in 0..<merges.count / 2 {
            let (left, right) = (merges.range(2 * rank), merges.range(2 * rank + 1))
            guard let first = tokens.id(of: bytes, left), let second = tokens.id(of: bytes, right),
                let both = tokens.id(of: bytes, left.lowerBound..<right.upperBound)
            else {
                let pair = [left, right].map { String(decoding: merges.bytes[$0], as: UTF8.self) }
                throw .malformed(
                    source: source,
                    reason:
                        "merge \(rank + 1), \"\(pair[0])\" + \"\(pair[1])\", names or makes a token that is "
                        + "not in the vocabulary")
            }
            table[first, second] = UInt64(rank) << 32 | UInt64(both)
        }
        self.merges = table
    }

    /// Appends the tokens of a word.
    func encode(
        _ text: Span<UInt8>, _ word: Range<Int>, into ids: inout [Int32], _ scratch: inout MergeScratch
    ) {
        let start = ids.count
        appendSymbols(text, word, to: &ids)
        let count = ids.count - start
        if count < 2 { return }
        if count < Self.longWord {
            mergeShort(&ids, from: start, &scratch)
        } else {
            mergeLong(&ids, from: start, &scratch)
        }
    }

    private func appendSymbols(_ text: Span<UInt8>, _ word: Range<Int>, to ids: inout [Int32]) {
        var lastWasUnknown = false
        for i in word {
            let symbol = symbols[Int(text[i])]
            if symbol >= 0 {
                ids.append(symbol)
                lastWasUnknown = false
            } else if let unknown, !(fusesUnknown && lastWasUnknown) {
                ids.append(unknown)
                lastWasUnknown = true
            }
        }
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
