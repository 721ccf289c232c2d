/// What the splitters ask about a scalar, one bit each.
enum ScalarClass {
    static let letter: UInt8 = 1
    static let number: UInt8 = 2
    static let space: UInt8 = 4
    static let lineBreak: UInt8 = 8
    static let digit: UInt8 = 16

    /// Letters, numbers and white space; all else is punctuation to the splitters.
    static let named: UInt8 = letter | number | space

    /// The bits of every scalar up to the last that has any.
    static let table: [UInt8] = {
        let last = [letterRanges, numberRanges, spaceRanges, newerDigitRanges].compactMap(\.last).max() ?? 0
        var bits = [UInt8](repeating: 0, count: Int(last) + 1)
        mark(letterRanges, with: letter, in: &bits)
        mark(numberRanges, with: number | digit, in: &bits)
        mark(spaceRanges, with: space, in: &bits)
        mark(newerDigitRanges, with: digit, in: &bits)
        for scalar in [0x0A, 0x0D] { bits[scalar] |= lineBreak }
        return bits
    }()

    private static func mark(_ ranges: [UInt32], with bit: UInt8, in bits: inout [UInt8]) {
        for i in stride(from: 0, to: ranges.count, by: 2) {
            for scalar in Int(ranges[i])...Int(ranges[i + 1]) { bits[scalar] |= bit }
        }
    }
}

/// The class of the scalar that begins at `i` in UTF-8 that is known to be valid, and where the next begins.
@inline(__always)
func scalarClass(_ text: Span<UInt8>, _ i: Int, _ classes: Span<UInt8>) -> (bits: UInt8, next: Int) {
    let lead = text[i]
    if lead < 0x80 { return (classes[Int(lead)], i + 1) }
    let (scalar, next) = decodedScalar(text, i, lead)
    return (scalar < classes.count ? classes[scalar] : 0, next)
}

/// The scalar of more than one byte that begins with `lead` at `i`, and where the next begins.
@inline(__always)
func decodedScalar(_ text: Span<UInt8>, _ i: Int, _ lead: UInt8) -> (scalar: Int, next: Int) {
    let second = Int(text[i + 1] & 0x3F)
    if lead < 0xE0 { return (Int(lead & 0x1F) << 6 | second, i + 2) }
    let third = Int(text[i + 2] & 0x3F)
    if lead < 0xF0 { return (Int(lead & 0x0F) << 12 | second << 6 | third, i + 3) }
    return (Int(lead & 0x07) << 18 | second << 12 | third << 6 | Int(text[i + 3] & 0x3F), i + 4)
}
