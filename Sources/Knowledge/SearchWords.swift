/// The words of a text by which facts are found: runs of letters, digits and marks, in small letters, as FTS5's `unicode61`
/// cuts them. Every other letter parts words: "300,000" is two, "rock'n'roll" three.
///
/// Runs in a script that is written without spaces become overlapping pairs of letters, as search engines take them: 法国的 is
/// 法国 and 国的. A fact has each single letter as well, so that a question of one finds it.
///
/// - Parameter splittingRuns: Whether the index has such pairs; older ones do not.
func searchWords(_ text: String, ofFact isFact: Bool, splittingRuns: Bool = true) -> [String] {
    if text.utf8.allSatisfy({ $0 < 0x80 }) {
        return text.lowercased().utf8.split { !isLetterOrDigit($0) }.map {
            String(decoding: $0, as: UTF8.self)
        }
    }
    var (words, run, isUnspaced) = ([String](), [Character](), false)
    func finish() {
        defer { run = [] }
        guard isUnspaced, splittingRuns else {
            if !run.isEmpty { words.append(String(run)) }
            return
        }
        words += zip(run, run.dropFirst()).map { String([$0, $1]) }
        if isFact || run.count == 1 { words += run.map { String($0) } }
    }
    for letter in text.lowercased() {
        let belongs = isInWord(letter)
        let isRun = belongs && isUnspacedScript(letter)
        if !belongs || (isRun != isUnspaced && !run.isEmpty) { finish() }
        isUnspaced = isRun
        if belongs { run.append(letter) }
    }
    finish()
    return words
}

/// The parts of a question that are written as one and are several words, such as "3.14" or "O'Hare": facts that have these
/// words in a row fit better.
func phrases(_ query: String) -> [String] {
    query.split(whereSeparator: \.isWhitespace).compactMap { part in
        let words = searchWords(String(part), ofFact: false, splittingRuns: false)
        return words.count > 1 && words.count <= 8 ? words.joined(separator: " ") : nil
    }
}

/// A text as FTS5 is to see it where it has a script without spaces: its words with spaces between; else nil, for FTS5 cuts
/// it in the same way itself.
func spaced(_ text: String) -> String? {
    text.unicodeScalars.contains(where: isUnspacedScript)
        ? searchWords(text, ofFact: true).joined(separator: " ") : nil
}

/// A text as PostgreSQL is to see it, which takes "3.14" for a number, "a/b" for a path and a letter's neighbour beyond ASCII
/// for a letter: its words with spaces between; nil where the text is nothing else.
func spacedForServer(_ text: String) -> String? {
    let words = searchWords(text, ofFact: true).joined(separator: " ")
    return words == text.lowercased().trimmingSuffix { $0 == "." || $0 == "!" || $0 == "?" } ? nil : words
}

extension String {
    fileprivate func trimmingSuffix(_ belongs: (Character) -> Bool) -> Substring {
        self[..<(lastIndex { !belongs($0) }.map(index(after:)) ?? startIndex)]
    }
}

private func isLetterOrDigit(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
}

private func isInWord(_ letter: Character) -> Bool {
    guard let first = letter.unicodeScalars.first else { return false }
    switch first.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
        .letterNumber, .otherNumber, .privateUse, .nonspacingMark, .spacingMark:
        return true
    default: return false
    }
}

private func isUnspacedScript(_ letter: Character) -> Bool {
    letter.unicodeScalars.first.map(isUnspacedScript) ?? false
}

/// Han, kana and bopomofo, Hangul, Thai, Lao, Tibetan, Myanmar, Khmer: scripts without spaces between words, or, as Korean, with
/// endings that grow on words.
private func isUnspacedScript(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x0E00...0x0FFF, 0x1000...0x109F, 0x1100...0x11FF, 0x1780...0x17FF, 0x19E0...0x19FF, 0x1A20...0x1AAF,
        0x2E80...0x2FDF, 0x3005...0x3007, 0x3031...0x3035, 0x303B...0x303C, 0x3041...0x318F, 0x31A0...0x31BF,
        0x31F0...0x31FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA960...0xA97F, 0xAC00...0xD7FF, 0xF900...0xFAFF,
        0xFF66...0xFFDC, 0x1B000...0x1B16F, 0x20000...0x3FFFF:
        true
    default: false
    }
}
