/// Where a text in SentencePiece's spelling can be cut so that no merge is lost.
///
/// Such a vocabulary merges a whole text as one word. Where no token reaches over the place between a character
/// and a following ▁, the parts on its two sides merge by themselves, and words that repeat need no work.
struct SpaceCuts: Sendable {
    /// By the byte before ▁: whether some token has the two inside.
    private var joins = [Bool](repeating: false, count: 256)

    /// Looks for ▁ inside every token.
    init?(_ tokens: TokenTable) {
        if tokens.id(of: Metaspace.underline) == nil { return nil }
        for id in 0..<Int32(tokens.count) {
            let token = tokens[id]
            if token.count <= 3 { continue }
            let range = token.startIndex..<token.endIndex
            tokens.bytes { bytes in
                for i in range.dropFirst() where Self.begins(at: i, in: bytes, range) {
                    joins[Int(bytes[i - 1])] = true
                }
            }
        }
    }

    /// Whether a ▁ begins at `i` and none ends there.
    private static func begins(at i: Int, in text: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard i > range.lowerBound, isUnderline(i, in: text, range) else { return false }
        return !(i - 3 >= range.lowerBound && isUnderline(i - 3, in: text, range))
    }

    private static func isUnderline(_ i: Int, in text: Span<UInt8>, _ range: Range<Int>) -> Bool {
        i + 3 <= range.upperBound && text[i] == 0xE2 && text[i + 1] == 0x96 && text[i + 2] == 0x81
    }

    /// Where the part that begins at `start` ends.
    func end(of start: Int, before limit: Int, in text: Span<UInt8>) -> Int {
        let range = start..<limit
        for i in range.dropFirst() where text[i] == 0xE2 {
            if Self.begins(at: i, in: text, range), !joins[Int(text[i - 1])] { return i }
        }
        return limit
    }
}
