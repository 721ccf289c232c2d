/// How a line becomes the words that BLEU counts, by sacreBLEU's names.
public enum BLEUTokenizer: String, CaseIterable, Sendable {
    /// mteval-v13a, the usual one: punctuation is cut off, numbers stay whole.
    case western = "13a"
    /// Each Chinese character is a word; the rest is cut like `13a`.
    case chinese = "zh"
    /// Each character is a word.
    case characters = "char"
    /// Words are what stands between white space.
    case none

    /// The words of a line.
    func words(of line: String) -> [Word] {
        switch self {
        case .western:
            return cutByPunctuation([" "] + unescaped(withoutTrailingSpace(line)) + [" "])
        case .chinese:
            return cutByPunctuation(spaced(stripped(Array(line.unicodeScalars)), where: isChinese))
        case .characters:
            return line.unicodeScalars.filter { !isPythonSpace($0) }.map { [$0] }
        case .none:
            return Evaluation.words(line.unicodeScalars)
        }
    }
}

/// Without mteval's marks of skipped segments, its line breaks and its entities.
private func unescaped(_ line: [Unicode.Scalar]) -> [Unicode.Scalar] {
    let replacements: [(String, String)] = [
        ("<skipped>", ""), ("-\n", ""), ("\n", " "), ("&quot;", "\""), ("&amp;", "&"), ("&lt;", "<"),
        ("&gt;", ">"),
    ]
    return replacements.reduce(line) { line, pair in
        let (old, new) = (Array(pair.0.unicodeScalars), Array(pair.1.unicodeScalars))
        guard line.contains(old[0]) else { return line }
        var (result, i): ([Unicode.Scalar], Int) = ([], 0)
        while i < line.count {
            if line[i...].starts(with: old) {
                result += new
                i += old.count
            } else {
                result.append(line[i])
                i += 1
            }
        }
        return result
    }
}

/// The four substitutions of mteval's international tokenizer, one after the other, and then the words.
private func cutByPunctuation(_ line: [Unicode.Scalar]) -> [Word] {
    let stop: Set<Unicode.Scalar> = [".", ","]
    func isDigit(_ c: Unicode.Scalar) -> Bool { (0x30...0x39).contains(c.value) }
    var text = spaced(line, where: isSymbol)
    text = substitutingPairs(text, where: { !isDigit($0) && stop.contains($1) }) { [$0, " ", $1, " "] }
    text = substitutingPairs(text, where: { stop.contains($0) && !isDigit($1) }) { [" ", $0, " ", $1] }
    text = substitutingPairs(text, where: { isDigit($0) && $1 == "-" }) { [$0, " ", $1, " "] }
    return words(text)
}

/// The text with a space on either side of some characters.
private func spaced(
    _ text: some Sequence<Unicode.Scalar>, where isApart: (Unicode.Scalar) -> Bool
) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    for scalar in text {
        if isApart(scalar) { result += [" ", scalar, " "] } else { result.append(scalar) }
    }
    return result
}

/// Replaces pairs of neighbours from left to right; what a match took is not looked at again.
private func substitutingPairs(
    _ text: [Unicode.Scalar], where matches: (Unicode.Scalar, Unicode.Scalar) -> Bool,
    _ replacement: (Unicode.Scalar, Unicode.Scalar) -> [Unicode.Scalar]
) -> [Unicode.Scalar] {
    var (result, i): ([Unicode.Scalar], Int) = ([], 0)
    while i < text.count {
        if i + 1 < text.count, matches(text[i], text[i + 1]) {
            result += replacement(text[i], text[i + 1])
            i += 2
        } else {
            result.append(text[i])
            i += 1
        }
    }
    return result
}

/// ASCII's punctuation but `'`, `,`, `-` and `.`; the space counts too.
private func isSymbol(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case " "..."&", "("..."+", "/", ":"..."@", "["..."`", "{"..."~": true
    default: false
    }
}

/// The ranges that sacreBLEU takes for Chinese. Two of them are not what they were meant to be (extension B was
/// written with four digits), and are kept so that scores agree.
private let chineseRanges: [ClosedRange<UInt32>] = [
    0x3400...0x4DB5, 0x4E00...0x9FA5, 0x9FA6...0x9FBB, 0xF900...0xFA2D, 0xFA30...0xFA6A, 0xFA70...0xFAD9,
    0x2001...0x2A6D, 0x2F81...0x2FA1, 0xFF00...0xFFEF, 0x2E80...0x2EFF, 0x3000...0x303F, 0x31C0...0x31EF,
    0x2F00...0x2FDF, 0x2FF0...0x2FFF, 0x3100...0x312F, 0x31A0...0x31BF, 0xFE10...0xFE1F, 0xFE30...0xFE4F,
    0x2600...0x26FF, 0x2700...0x27BF, 0x3200...0x32FF, 0x3300...0x33FF,
]

private func isChinese(_ scalar: Unicode.Scalar) -> Bool {
    chineseRanges.contains { $0.contains(scalar.value) }
}
