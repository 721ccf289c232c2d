/// Two texts as one sequence, for models that compare them.
public struct PairEncoding: Sendable, Equatable {
    /// The tokens, with the markers that the model expects.
    public let ids: [Int32]
    /// The type of each token, as a rule 0 for the first text and 1 for the second.
    public let types: [Int32]
}

extension Tokenizer {
    /// Whether the tokenizer says how two texts are put together.
    public var joinsPairs: Bool { postProcessor.pair != nil }

    /// Two texts as one sequence; nil where the tokenizer does not say how they are put together.
    ///
    /// - Parameters:
    ///   - first: the first text.
    ///   - second: the second text.
    ///   - limit: the most tokens, markers included. Tokens are taken from the end of the longer text until the pair
    ///     fits, or until both are of about the same length and then from both: `longest_first` in Hugging Face
    ///     tokenizers.
    public func encodePair(_ first: String, _ second: String, limit: Int) -> PairEncoding? {
        guard let template = postProcessor.pair else { return nil }
        let markers = template.count {
            if case .token = $0 { true } else { false }
        }
        let texts = [first, second].map { encode($0, addSpecialTokens: false) }
        let lengths = Self.lengths(texts[0].count, texts[1].count, limit: max(0, limit - markers))
        var (ids, types): ([Int32], [Int32]) = ([], [])
        for piece in template {
            let (part, type): (ArraySlice<Int32>, Int32) =
                switch piece {
                case .token(let id, let type): ([id], type)
                case .first(let type): (texts[0].prefix(lengths.0), type)
                case .second(let type): (texts[1].prefix(lengths.1), type)
                }
            ids += part
            types += part.map { _ in type }
        }
        return PairEncoding(ids: ids, types: types)
    }

    /// How many tokens of each text are kept.
    private static func lengths(_ a: Int, _ b: Int, limit: Int) -> (Int, Int) {
        guard a + b > limit else { return (a, b) }
        var (short, long) = (min(a, b), max(a, b))
        long = short > limit ? short : max(short, limit - short)
        if short + long > limit { (short, long) = (limit / 2, limit - limit / 2) }
        return a > b ? (long, short) : (short, long)
    }
}
