/// The scalars that satisfy a condition, each as a match of its own.
func matches(in text: Span<UInt8>, _ range: Range<Int>, where condition: (UInt32) -> Bool) -> [Range<Int>] {
    var (matches, i) = ([Range<Int>](), range.lowerBound)
    while i < range.upperBound {
        let (scalar, next) = scalarAt(i, in: text)
        if condition(scalar) { matches.append(i..<next) }
        i = next
    }
    return matches
}

/// `\w+|[^\w\s]+`: words, and runs of what is neither word nor white space.
func wordsAndSymbols(in text: Span<UInt8>, _ range: Range<Int>) -> [Range<Int>] {
    enum Kind { case word, symbol, space }
    func kind(_ scalar: UInt32) -> Kind {
        if isWordScalar(scalar) { return .word }
        return ScalarSet.whiteSpace.contains(scalar) ? .space : .symbol
    }
    var (pieces, i) = ([Range<Int>](), range.lowerBound)
    while i < range.upperBound {
        let start = i
        var (scalar, next) = scalarAt(i, in: text)
        let first = kind(scalar)
        repeat {
            i = next
            if i < range.upperBound { (scalar, next) = scalarAt(i, in: text) }
        } while i < range.upperBound && kind(scalar) == first
        if first != .space { pieces.append(start..<i) }
    }
    return pieces
}

/// BERT's words: white space parts them, punctuation stands alone.
func bertWords(in text: Span<UInt8>, _ range: Range<Int>) -> [Range<Int>] {
    let spaces = matches(in: text, range, where: ScalarSet.whiteSpace.contains)
    return SplitBehavior.removed.pieces(of: range, spaces, inverted: false).flatMap { word in
        SplitBehavior.isolated.pieces(
            of: word, matches(in: text, word, where: ScalarSet.punctuation.contains), inverted: false)
    }
}

/// `\w` of the reference's regex engine: letters and what is alphabetic, marks, decimal digits, connectors, joiners.
func isWordScalar(_ value: UInt32) -> Bool {
    guard let scalar = Unicode.Scalar(value) else { return false }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .connectorPunctuation: return true
    default: return scalar.properties.isAlphabetic || scalar.properties.isJoinControl
    }
}
