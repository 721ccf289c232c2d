/// BERT's model: a word is the longest token that it begins with, and so on with the rest.
///
/// - Source: Devlin et al. 2019; the reference's greedy search, longest first.
struct WordPiece: Sendable {
    private let tokens: TokenTable
    private let unknown: Int32
    private let prefix: [UInt8]  // before every token that does not begin a word
    private let longestWord: Int  // characters
    private let longestToken: Int  // bytes

    init(_ tokens: TokenTable, unknown: Int32, prefix: [UInt8], longestWord: Int) {
        (self.tokens, self.unknown, self.prefix, self.longestWord) = (tokens, unknown, prefix, longestWord)
        longestToken = (0..<Int32(tokens.count)).map { tokens[$0].count }.max() ?? 0
    }

    /// Appends the tokens of a word, or the one for unknown words if some part of it has none.
    func encode(_ text: Span<UInt8>, _ word: Range<Int>, into ids: inout [Int32]) {
        var characters = 0
        for i in word where text[i] & 0xC0 != 0x80 { characters += 1 }
        if characters > longestWord { return ids.append(unknown) }
        let first = ids.count
        var start = word.lowerBound
        while start < word.upperBound {
            guard let (id, end) = longestToken(text, start, word) else {
                ids.removeLast(ids.count - first)
                return ids.append(unknown)
            }
            ids.append(id)
            start = end
        }
    }

    private func longestToken(_ text: Span<UInt8>, _ start: Int, _ word: Range<Int>) -> (id: Int32, end: Int)?
    {
        var hash = RunningHash()
        var candidate = start > word.lowerBound ? prefix : []
        for byte in candidate { hash.add(byte) }
        let prefixLength = candidate.count
        var best: (id: Int32, end: Int)?
        var i = start
        while i < word.upperBound, candidate.count < prefixLength + longestToken {
            let next = scalarAt(i, in: text).next
            while i < next {
                candidate.append(text[i])
                hash.add(text[i])
                i += 1
            }
            if let id = tokens.id(of: candidate.span, 0..<candidate.count, hash: hash.value) {
                best = (id, i)
            }
        }
        return best
    }
}
