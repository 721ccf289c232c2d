/// How text is split into the words that the model sees one at a time.
struct PreTokenizer: Sendable {
    /// One step; each takes the pieces that the step before it leaves.
    enum Step: Sendable {
        /// Numerals apart from the rest, each one or each run of them.
        case digits(individual: Bool)

        /// The matches of an expression that has a scanner.
        case pattern(SplitPattern)

        /// The matches of any other expression or string.
        case split(TextPattern, SplitBehavior, inverted: Bool)

        /// A space before a piece that does not begin with one.
        case spaceBefore

        case metaspace(Metaspace)
        case punctuation(SplitBehavior)
        case whiteSpaceRemoved
        case wordsAndSymbols
        case bert

        /// Each byte as its character of the byte alphabet.
        case byteCharacters
    }

    let steps: [Step]

    /// The words of a part of a text.
    ///
    /// - Parameter begins: whether the part begins the whole text.
    /// - Returns: the text that the words are of, which differs where a step adds or replaces something; and the
    ///   words, none of them empty.
    func words(of text: [UInt8], _ range: Range<Int>, begins: Bool) -> (text: [UInt8], words: [Range<Int>]) {
        var (text, words, start, begins) = (text, [range], range.lowerBound, begins)
        for step in steps {
            switch step {
            case .spaceBefore: (text, words, start) = Self.spaced(text.span, words)
            case .metaspace(let metaspace):
                (text, words, start) = metaspace.split(text.span, words, begins: begins)
            case .byteCharacters: (text, words, start) = Self.spelled(text.span, words)
            case .pattern, .digits: words = Self.scan(text.span, words, by: step)
            default: words = Self.split(text.span, words, by: step)
            }
            begins = begins && words.first?.lowerBound == start
        }
        return (text, words)
    }

    /// Splits by a scanner, without a closure for each word.
    private static func scan(_ text: Span<UInt8>, _ pieces: [Range<Int>], by step: Step) -> [Range<Int>] {
        let table = ScalarClass.table
        let classes = table.span
        var words: [Range<Int>] = []
        words.reserveCapacity(max(pieces.count, pieces.reduce(0) { $0 + $1.count } / 4))
        for piece in pieces {
            var start = piece.lowerBound
            let limit = piece.upperBound
            while start < limit {
                let end =
                    switch step {
                    case .pattern(.gpt2): gpt2End(of: start, before: limit, in: text, classes)
                    case .pattern(.numerals(let most)):
                        numeralsEnd(of: start, before: limit, in: text, atMost: most, classes)
                    case .digits(let individual):
                        digitsEnd(of: start, before: limit, in: text, individual: individual, classes)
                    default: limit
                    }
                words.append(start..<end)
                start = end
            }
        }
        return words
    }

    private static func split(_ text: Span<UInt8>, _ pieces: [Range<Int>], by step: Step) -> [Range<Int>] {
        var words: [Range<Int>] = []
        for piece in pieces {
            switch step {
            case .split(let pattern, let behavior, let inverted):
                words += behavior.pieces(of: piece, pattern.matches(in: text, piece), inverted: inverted)
            case .punctuation(let behavior):
                let marks = matches(in: text, piece, where: ScalarSet.punctuation.contains)
                words += behavior.pieces(of: piece, marks, inverted: false)
            case .whiteSpaceRemoved:
                let spaces = matches(in: text, piece, where: ScalarSet.whiteSpace.contains)
                words += SplitBehavior.removed.pieces(of: piece, spaces, inverted: false)
            case .wordsAndSymbols: words += wordsAndSymbols(in: text, piece)
            case .bert: words += bertWords(in: text, piece)
            case .digits, .pattern, .spaceBefore, .metaspace, .byteCharacters: words.append(piece)
            }
        }
        return words
    }

    /// The pieces, each after a space.
    private static func spaced(_ text: Span<UInt8>, _ pieces: [Range<Int>]) -> (
        text: [UInt8], words: [Range<Int>], start: Int
    ) {
        rewritten(text, pieces) { piece, copy in
            if text[piece.lowerBound] != UInt8(ascii: " ") { copy.append(UInt8(ascii: " ")) }
            for i in piece { copy.append(text[i]) }
        }
    }

    /// The pieces in the byte alphabet.
    private static func spelled(_ text: Span<UInt8>, _ pieces: [Range<Int>]) -> (
        text: [UInt8], words: [Range<Int>], start: Int
    ) {
        rewritten(text, pieces) { piece, copy in for i in piece { copy += ByteAlphabet.utf8(of: text[i]) } }
    }

    private static func rewritten(
        _ text: Span<UInt8>, _ pieces: [Range<Int>], _ body: (Range<Int>, inout [UInt8]) -> Void
    ) -> (text: [UInt8], words: [Range<Int>], start: Int) {
        var (copy, words) = ([UInt8](), [Range<Int>]())
        for piece in pieces {
            let start = copy.count
            body(piece, &copy)
            words.append(start..<copy.count)
        }
        return (copy, words, 0)
    }
}

/// Where the piece of numerals, or of anything else, that begins at `start` ends.
private func digitsEnd(
    of start: Int, before limit: Int, in text: Span<UInt8>, individual: Bool, _ classes: Span<UInt8>
) -> Int {
    let (first, next) = scalarClass(text, start, classes)
    let digit = first & ScalarClass.digit
    if individual, digit != 0 { return next }
    var end = next
    while end < limit {
        let (bits, next) = scalarClass(text, end, classes)
        if bits & ScalarClass.digit != digit { break }
        end = next
    }
    return end
}
