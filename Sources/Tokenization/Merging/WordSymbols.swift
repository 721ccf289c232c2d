/// The tokens that a word begins as, before any pair of them merges.
enum WordSymbols: Sendable {
    /// By byte: the token of its character in the byte alphabet; -1: the vocabulary has none.
    case bytes([Int32])

    /// A token for each character, or else for each of its bytes.
    case characters(TokenTable, ByteFallback?)

    static func bytes(of tokens: TokenTable) -> Self {
        .bytes((0...255).map { tokens.id(of: ByteAlphabet.utf8(of: $0)) ?? -1 })
    }

    /// Appends the symbols of a word.
    ///
    /// - Parameters:
    ///   - unknown: stands for what has no token; without it, such things are dropped, as in the reference.
    ///   - fuses: whether neighbors without a token share one.
    func append(
        _ text: Span<UInt8>, _ word: Range<Int>, unknown: Int32?, fuses: Bool, to ids: inout [Int32]
    ) {
        switch self {
        case .bytes(let symbols): Self.append(symbols, text, word, unknown, fuses, &ids)
        case .characters(let tokens, let fallback):
            Self.append(tokens, fallback, text, word, unknown, fuses, &ids)
        }
    }

    private static func append(
        _ symbols: [Int32], _ text: Span<UInt8>, _ word: Range<Int>, _ unknown: Int32?, _ fuses: Bool,
        _ ids: inout [Int32]
    ) {
        var lastWasUnknown = false
        for i in word {
            let symbol = symbols[Int(text[i])]
            if symbol >= 0 {
                ids.append(symbol)
                lastWasUnknown = false
            } else if let unknown, !(fuses && lastWasUnknown) {
                ids.append(unknown)
                lastWasUnknown = true
            }
        }
    }

    /// An unknown character is written when the next known one comes: after bytes that come between, as in the
    /// reference.
    private static func append(
        _ tokens: TokenTable, _ fallback: ByteFallback?, _ text: Span<UInt8>, _ word: Range<Int>,
        _ unknown: Int32?, _ fuses: Bool, _ ids: inout [Int32]
    ) {
        var pending: Int32?
        var i = word.lowerBound
        while i < word.upperBound {
            let range = i..<scalarAt(i, in: text).next
            i = range.upperBound
            if let id = tokens.id(of: text, range) {
                if let written = pending { ids.append(written) }
                pending = nil
                ids.append(id)
            } else if fallback?.append(text, range, to: &ids) == true {
                continue
            } else if let unknown {
                if let written = pending, !fuses { ids.append(written) }
                pending = unknown
            }
        }
        if let pending { ids.append(pending) }
    }
}
