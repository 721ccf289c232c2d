/// The 256 printable characters that stand for bytes in a byte-level vocabulary.
///
/// Printable Latin-1 bytes stand for themselves; the other bytes, in order, take the scalars from U+0100 on.
///
/// - Source: Radford et al. 2019, the GPT-2 tokenizer.
enum ByteAlphabet {
    /// The scalar that stands for each byte.
    static let scalars: [UInt32] = {
        var next: UInt32 = 0x100
        return (UInt32(0)...255).map { byte in
            if (0x21...0x7E).contains(byte) || (0xA1...0xAC).contains(byte) || byte >= 0xAE { return byte }
            defer { next += 1 }
            return next
        }
    }()

    /// The byte that each scalar up to U+0143 stands for; -1: none.
    static let bytes: [Int16] = {
        var bytes = [Int16](repeating: -1, count: 0x144)
        for (byte, scalar) in scalars.enumerated() { bytes[Int(scalar)] = Int16(byte) }
        return bytes
    }()

    /// The UTF-8 of the character that stands for a byte.
    static func utf8(of byte: UInt8) -> [UInt8] {
        let scalar = scalars[Int(byte)]
        if scalar < 0x80 { return [UInt8(scalar)] }
        return [0xC0 | UInt8(scalar >> 6), 0x80 | UInt8(scalar & 0x3F)]
    }

    /// Appends the bytes that a token stands for: each of its characters a byte, or, if one of them stands for
    /// none, its UTF-8 as it is.
    static func appendBytes(of token: Span<UInt8>, _ range: Range<Int>, to output: inout [UInt8]) {
        let start = output.count
        var i = range.lowerBound
        while i < range.upperBound {
            var (scalar, next) = (Int(token[i]), i + 1)
            if scalar >= 0x80 { (scalar, next) = decodedScalar(token, i, token[i]) }
            guard scalar < bytes.count, bytes[scalar] >= 0 else {
                output.removeSubrange(start...)
                for j in range { output.append(token[j]) }
                return
            }
            output.append(UInt8(bytes[scalar]))
            i = next
        }
    }
}
