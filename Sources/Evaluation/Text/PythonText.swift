/// Python's `str` methods, on which the reference programs of text metrics rest.

/// Whether Python's `str.isspace` holds: Unicode white space, and the four separators of ASCII.
func isPythonSpace(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isWhitespace || (0x1C...0x1F).contains(scalar.value)
}

/// The text without white space at both ends: `str.strip`.
func stripped(_ text: [Unicode.Scalar]) -> ArraySlice<Unicode.Scalar> {
    let start = text.firstIndex { !isPythonSpace($0) } ?? text.endIndex
    let end = text.lastIndex { !isPythonSpace($0) }.map { $0 + 1 } ?? start
    return text[start..<end]
}

/// The text without white space at its end: `str.rstrip`.
func withoutTrailingSpace(_ text: String) -> [Unicode.Scalar] {
    let scalars = Array(text.unicodeScalars)
    return Array(scalars[..<(scalars.lastIndex { !isPythonSpace($0) }.map { $0 + 1 } ?? 0)])
}

/// A word as its scalars: as strings, é and e with an accent would be equal.
typealias Word = [Unicode.Scalar]

/// The parts between runs of white space: `str.split()`.
func words(_ text: some Collection<Unicode.Scalar>) -> [Word] {
    text.split(whereSeparator: isPythonSpace).map { Word($0) }
}
