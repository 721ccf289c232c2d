/// Where a position of a text lies among its tokens.
public struct TokenPlace: Hashable, Sendable {
    /// The first token that holds text from the position on; the end of the text's tokens where none does.
    public let token: Int

    /// Whether that token begins before the position.
    public let isInside: Bool
}

/// A part of a text between tokens that were found in it, or such a token.
struct EncodedPart {
    /// Where it stands, in bytes.
    let range: Range<Int>
    /// Its tokens.
    let tokens: Range<Int>
    let isToken: Bool
}

extension Tokenizer {
    /// The ids of a text, and where positions of it lie among them.
    ///
    /// - Parameters:
    ///   - text: any text.
    ///   - positions: UTF-8 offsets into the text, each at the start of a character or at the end of the text.
    ///   - addSpecialTokens: puts the tokens around it that the model expects, if any.
    public func encode(
        _ text: String, locating positions: [Int], addSpecialTokens: Bool = true
    ) -> (ids: [Int32], places: [TokenPlace]) {
        let bytes = [UInt8](text.utf8)
        let (ids, parts) = encoded(bytes, addSpecialTokens)
        let end = parts.last?.tokens.upperBound ?? (addSpecialTokens ? postProcessor.before.count : 0)
        let places = positions.map { position -> TokenPlace in
            guard let part = parts.first(where: { position < $0.range.upperBound }) else {
                return TokenPlace(token: end, isInside: false)
            }
            if part.isToken || position == part.range.lowerBound {
                return TokenPlace(token: part.tokens.lowerBound, isInside: position > part.range.lowerBound)
            }
            return placeFromEnd(of: position, in: part, bytes, ids)
                ?? place(of: position, in: part, bytes, ids)
        }
        return (ids, places)
    }

    /// The place by what tokens stand for, from the end of the part on; nil where that is not the text as it is.
    private func placeFromEnd(
        of position: Int, in part: EncodedPart, _ bytes: [UInt8], _ ids: [Int32]
    ) -> TokenPlace? {
        var (token, end) = (part.tokens.upperBound, part.range.upperBound)
        while end > position, token > part.tokens.lowerBound {
            var spoken = plainBytes[Int(ids[token - 1])]
            // A space that the tokenizer puts where a text begins.
            if token - 1 == part.tokens.lowerBound, spoken.count == end - part.range.lowerBound + 1,
                spoken.first == UInt8(ascii: " ")
            {
                spoken = spoken.dropFirst()
            }
            let start = end - spoken.count
            guard start >= part.range.lowerBound, spoken == bytes[start..<end] else { return nil }
            (token, end) = (token - 1, start)
        }
        return end > position ? nil : TokenPlace(token: token, isInside: end < position)
    }

    /// The place where a text is changed before it becomes tokens: the text before the position is changed alike, so
    /// what it stands for is as long.
    private func place(
        of position: Int, in part: EncodedPart, _ bytes: [UInt8], _ ids: [Int32]
    ) -> TokenPlace {
        let before = self.ids(of: bytes, part.range.lowerBound..<position)
        let offset = before.reduce(0) { $0 + plainBytes[Int($1)].count }
        var end = 0
        for token in part.tokens {
            let start = end
            end += plainBytes[Int(ids[token])].count
            if end > offset { return TokenPlace(token: token, isInside: start < offset) }
        }
        return TokenPlace(token: part.tokens.upperBound, isInside: false)
    }
}
