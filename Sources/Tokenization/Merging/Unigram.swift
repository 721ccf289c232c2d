/// The unigram model: of all ways to spell a word with tokens, the one with the highest sum of scores.
///
/// - Source: Kudo 2018, "Subword Regularization"; the reference's `encode_optimized`.
struct Unigram: Sendable {
    private let tokens: TokenTable
    private let scores: [Double]  // by id: log probabilities
    private let unknown: Int32?
    private let unknownScore: Double
    private let fallback: ByteFallback?

    /// By a hash of a token's first four bytes: how many bytes the longest such token has.
    private let longest: [UInt16]

    /// How far below the lowest score a character without a token lies.
    private static let penalty = 10.0

    init(_ tokens: TokenTable, scores: [Double], unknown: Int32?, bytes fallback: ByteFallback?) {
        (self.tokens, self.scores, self.unknown, self.fallback) = (tokens, scores, unknown, fallback)
        unknownScore = (scores.min() ?? 0) - Self.penalty
        var longest = [UInt16](repeating: 0, count: 1 << 16)
        for id in 0..<Int32(scores.count) {
            let token = [UInt8](tokens[id])
            if token.count < 4 { continue }
            let bucket = Self.bucket(token.span, 0)
            longest[bucket] = max(longest[bucket], UInt16(clamping: token.count))
        }
        self.longest = longest
    }

    private static func bucket(_ text: Span<UInt8>, _ i: Int) -> Int {
        let four =
            UInt32(text[i]) | UInt32(text[i + 1]) << 8 | UInt32(text[i + 2]) << 16 | UInt32(text[i + 3]) << 24
        return Int((four &* 0x9E37_79B1) >> 16)
    }

    /// The best way to spell a word up to some place.
    private struct Path {
        var score = 0.0
        var start = -1  // of its last token; -1: none ends here
        var id: Int32 = -1  // -1: no token
    }

    /// Appends the tokens of a word.
    func encode(_ text: Span<UInt8>, _ word: Range<Int>, into ids: inout [Int32]) {
        var paths = [Path](repeating: Path(), count: word.count + 1)
        var start = word.lowerBound
        while start < word.upperBound {
            let next = scalarAt(start, in: text).next
            let score = paths[start - word.lowerBound].score
            let hasCharacter = offerTokens(text, word, start, next, score, &paths)
            if !hasCharacter {
                Self.offer(&paths[next - word.lowerBound], score + unknownScore, start, unknown ?? -1)
            }
            start = next
        }
        append(text, word, paths, to: &ids)
    }

    /// Offers every token that begins at `start` to where it ends.
    ///
    /// - Returns: whether the character there is a token.
    private func offerTokens(
        _ text: Span<UInt8>, _ word: Range<Int>, _ start: Int, _ next: Int, _ score: Double,
        _ paths: inout [Path]
    ) -> Bool {
        let left = word.upperBound - start
        let length = left < 4 ? left : min(left, max(3, Int(longest[Self.bucket(text, start)])))
        var (hash, hasCharacter) = (RunningHash(), false)
        for end in start + 1...start + length {
            hash.add(text[end - 1])
            guard let id = tokens.id(of: text, start..<end, hash: hash.value) else { continue }
            Self.offer(&paths[end - word.lowerBound], score + scores[Int(id)], start, id)
            if end == next { hasCharacter = true }
        }
        return hasCharacter
    }

    private static func offer(_ path: inout Path, _ score: Double, _ start: Int, _ id: Int32) {
        if path.start < 0 || score > path.score { path = Path(score: score, start: start, id: id) }
    }

    /// Walks the best path; neighbors without a token are one.
    private func append(_ text: Span<UInt8>, _ word: Range<Int>, _ paths: [Path], to ids: inout [Int32]) {
        var (parts, end) = ([(range: Range<Int>, id: Int32)](), word.upperBound)
        while end > word.lowerBound {
            let path = paths[end - word.lowerBound]
            let isUnknown = path.id == (unknown ?? -1)
            if isUnknown, let last = parts.last, last.id == path.id {
                parts[parts.count - 1].range = path.start..<last.range.upperBound
            } else {
                parts.append((path.start..<end, path.id))
            }
            end = path.start
        }
        for (range, id) in parts.reversed() {
            if id != (unknown ?? -1) {
                ids.append(id)
            } else if let known = tokens.id(of: text, range) {
                ids.append(known)
            } else if fallback?.append(text, range, to: &ids) != true, let unknown {
                ids.append(unknown)
            }
        }
    }
}
