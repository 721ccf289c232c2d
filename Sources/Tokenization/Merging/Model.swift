/// What makes tokens of a word.
enum Model: Sendable {
    case bytePairs(BytePairs)
    case unigram(Unigram)
    case wordPiece(WordPiece)

    /// Appends the tokens of a word.
    func encode(
        _ text: Span<UInt8>, _ word: Range<Int>, into ids: inout [Int32], _ scratch: inout MergeScratch
    ) {
        switch self {
        case .bytePairs(let pairs): pairs.encode(text, word, into: &ids, &scratch)
        case .unigram(let unigram): unigram.encode(text, word, into: &ids)
        case .wordPiece(let wordPiece): wordPiece.encode(text, word, into: &ids)
        }
    }

    /// Where long words may be cut without a change of their tokens.
    var cuts: SpaceCuts? { if case .bytePairs(let pairs) = self { pairs.cuts } else { nil } }
}
